import type { Performer } from '../../domain/actor.ts'
import type { Background } from '../background.ts'
import type { RepeatedEntries } from './repeated-entries.ts'

interface Login {
  performer: Performer
  /** The robot's owner, if a robot logged in. */
  owner?: { id: string; name: string }
}

export type LoginSuccesses = ReturnType<typeof createLoginSuccesses>

/**
 * Writes log-ins of robots to the log of their owner, behind the answer: once a minute for each robot, address and
 * program, with the count.
 */
export const createLoginSuccesses = (deps: {
  repeatedEntries: Pick<RepeatedEntries, 'note'>
  background: Background
}) => ({
  async note({ performer, owner }: Login) {
    const { robot, ip, userAgent } = performer
    if (!robot) return
    const key = JSON.stringify(['login_success', robot.id, ip, userAgent])
    const metadata = {
      ...{ kind: 'robot', type: 'v2auth', robot: robot.fullName },
      ...(userAgent !== undefined && { useragent: userAgent }),
    }
    const event = { kind: 'login_success', namespace: owner, performer, metadata } as const
    await deps.background.run(() => deps.repeatedEntries.note(key, event))
  },
})
