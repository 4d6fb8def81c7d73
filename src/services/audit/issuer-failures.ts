import { auditableText, MAX_FAILURE_MESSAGE, MAX_IDENTITY } from '../../domain/audit-sizes.ts'
import type { IssuerFaultError } from '../../domain/issuer-fault.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Background } from '../background.ts'
import type { RepeatedEntries } from './repeated-entries.ts'

interface IssuerFailure {
  /** Of the robot that a token was for, whose entries have the issuer. */
  owner: Owner
  issuer: string
  error: IssuerFaultError
  /** Until when its keys of before serve; without, it gave none and has none. */
  servesUntil?: Date
}

export type IssuerFailures = ReturnType<typeof createIssuerFailures>

/**
 * Writes to the log of an owner that an issuer gave no keys for its robots, behind the answer, also while those of before
 * serve: once a minute for each issuer, with the count. What these could not prove is an entry of its own, of which webhooks are told.
 */
export const createIssuerFailures = (deps: {
  repeatedEntries: Pick<RepeatedEntries, 'note'>
  background: Background
}) => ({
  async note({ owner, issuer, error, servesUntil }: IssuerFailure) {
    const doKeysServe = servesUntil !== undefined
    const key = JSON.stringify(['issuer_failure', owner.id, issuer, doKeysServe])
    const metadata = {
      issuer: auditableText(issuer, MAX_IDENTITY),
      fault: error.fault,
      message: auditableText(error.message, MAX_FAILURE_MESSAGE),
      ...(servesUntil && { known_keys_serve_until: servesUntil.toISOString() }),
    }
    const event = { kind: 'issuer_failure', namespace: owner, performer: {}, metadata } as const
    await deps.background.run(() => deps.repeatedEntries.note(key, event))
  },
})
