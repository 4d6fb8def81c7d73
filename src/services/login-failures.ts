import type { Db } from '../db/client.ts'
import type { Origin } from '../domain/actor.ts'
import type { Clock } from '../domain/runtime.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import type { AuditLog } from './audit-log.ts'
import type { Owner } from './robots.ts'

/** contract/README.md, rule 4: at most 10 entries a minute per robot, the rest counted. */
const MAX_PER_WINDOW = 10
const WINDOW_MS = 60_000
/** Messages can quote a token's claims (characters). */
const MAX_MESSAGE = 512
/** Robots whose failures are counted at a time. */
const MAX_ROBOTS = 10_000

export interface LoginFailure {
  robot: { id: string; fullName: string; owner: Owner }
  type: 'federation' | 'v2auth'
  message: string
  origin: Origin
  /** Once the signature of an identity token was verified. */
  identity?: { issuer: string; subject: string } | undefined
}

export type LoginFailures = ReturnType<typeof createLoginFailures>

/** Writes refused log-ins of robots that exist to the log of their owner, without letting a caller flood it. */
export const createLoginFailures = (deps: { db: Db; audit: AuditLog; clock: Clock }) => {
  const windows = new Map<string, { startedAt: number; written: number; dropped: number }>()

  /** @returns how many were dropped before this one, undefined if it is to be dropped itself */
  const admit = (robotId: string) => {
    const now = deps.clock().getTime()
    const window = windows.get(robotId)
    if (window && now - window.startedAt < WINDOW_MS) {
      if (window.written < MAX_PER_WINDOW) {
        window.written += 1
        return 0
      }
      window.dropped += 1
      return undefined
    }
    windows.delete(robotId)
    if (windows.size >= MAX_ROBOTS) windows.delete(windows.keys().next().value as string)
    windows.set(robotId, { startedAt: now, written: 1, dropped: 0 })
    return window?.dropped ?? 0
  }

  return {
    async record({ robot, type, message, origin, identity }: LoginFailure) {
      const dropped = admit(robot.id)
      if (dropped === undefined) return
      const metadata: Prisma.InputJsonObject = {
        type,
        kind: 'robot',
        robot: robot.fullName,
        username: robot.fullName,
        message: message.slice(0, MAX_MESSAGE),
        ...(origin.userAgent !== undefined && { useragent: origin.userAgent }),
        ...identity,
        ...(dropped > 0 && { not_logged: dropped }),
      }
      await deps.audit.record(deps.db, {
        kind: 'login_failure',
        namespace: robot.owner,
        performer: origin,
        metadata,
      })
    },
  }
}
