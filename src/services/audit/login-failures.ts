import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { FAILURES, MAX_COUNTED } from '../../domain/audit-rates.ts'
import { auditableText, MAX_FAILURE_MESSAGE, MAX_IDENTITY } from '../../domain/audit-sizes.ts'
import type { ExchangeOutcome } from '../../domain/exchange-errors.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Clock } from '../../domain/runtime.ts'
import { createWindows } from '../../domain/time-windows.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import type { AuditLog } from './audit-log.ts'

/** The account that a log-in was for. */
type Account =
  | { robot: { id: string; fullName: string; owner: Owner } }
  | { user: { id: string; name: string } }
  | { application: { id: string; clientId: string; name: string; namespace: Owner } }

/** A refused log-in of an account that exists. */
export type LoginFailure = Account & {
  type: 'federation' | 'v2auth' | 'oauth' | 'quayauth'
  message: string
  /** Stable, of an exchange that was refused. */
  code?: ExchangeOutcome
  origin: Origin
  /** Set once the signature of an identity token was verified. */
  identity?: { issuer: string; subject: string } | undefined
}

export type LoginFailures = ReturnType<typeof createLoginFailures>

/** Writes refused log-ins of accounts that exist to the log of their owner, without letting a caller flood it. */
export function createLoginFailures(deps: { db: Db; audit: AuditLog; clock: Clock }) {
  const windows = createWindows({ ...deps, windowMs: FAILURES.inMs, maxKeys: MAX_COUNTED })

  /** @returns how many were dropped before this one, undefined if it is to be dropped itself */
  function admit(accountId: string) {
    const { count, last } = windows.add(accountId)
    return count > FAILURES.most ? undefined : Math.max(0, last - FAILURES.most)
  }

  return {
    async record({ type, message, code, origin, identity, ...account }: LoginFailure) {
      const { id, namespace, names } = described(account)
      const dropped = admit(id)
      if (dropped === undefined) return
      const metadata: Prisma.InputJsonObject = {
        type,
        ...names,
        message: auditableText(message, MAX_FAILURE_MESSAGE),
        ...(code && { code }),
        ...(origin.userAgent !== undefined && { useragent: origin.userAgent }),
        ...(identity && {
          issuer: auditableText(identity.issuer, MAX_IDENTITY),
          subject: auditableText(identity.subject, MAX_IDENTITY),
        }),
        ...(dropped > 0 && { not_logged: dropped }),
      }
      await deps.audit.record(deps.db, {
        kind: 'login_failure',
        namespace,
        performer: origin,
        metadata,
      })
    },
  }
}

function described(account: Account) {
  if ('robot' in account) {
    const { id, fullName, owner } = account.robot
    return { id, namespace: owner, names: { kind: 'robot', robot: fullName, username: fullName } }
  }
  if ('user' in account) {
    const { id, name } = account.user
    return { id, namespace: account.user, names: { kind: 'user', username: name } }
  }
  const { id, clientId, name, namespace } = account.application
  return {
    id,
    namespace,
    names: { kind: 'application', application_name: name, client_id: clientId },
  }
}
