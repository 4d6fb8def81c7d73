import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { mayPush } from '../../domain/delegation.ts'
import { type EntryWarning, warningsOf } from '../../domain/entry-warnings.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import { robotFullName } from '../../domain/names.ts'
import type { RobotOwner } from '../../domain/owner.ts'
import { findRobotRights } from '../../queries/robot-rights.ts'
import type { IssuerProbe } from './issuer-probe.ts'
import type { IssuerTrust } from './issuer-trust.ts'

/** Of whom the entries are. */
export interface RobotKey {
  owner: RobotOwner
  /** Short name. */
  robot: string
}

/** A stored entry, and what administrators should know of it. */
export interface ReviewedEntry extends StoredEntry {
  warnings: EntryWarning[]
}

interface EntryReviewDeps {
  db: Db
  issuerTrust: IssuerTrust
  issuerProbe: IssuerProbe
}

const NOT_ASKED: EntryWarning = {
  code: 'issuer_not_asked',
  message: 'its issuer was not asked, as too many were that do not answer: try again in a minute',
}

export type EntryReview = ReturnType<typeof createEntryReview>

/** Under which administrators are slowed down who have many issuers asked. */
export const askerOf = ({ owner, robot }: RobotKey, origin: Origin) => ({
  account: `federation of ${robotFullName(owner.name, robot)}`,
  origin,
})

/** Warns of entries that may be meant, and may be stored. */
export function createEntryReview({ db, issuerTrust, issuerProbe }: EntryReviewDeps) {
  return {
    /**
     * @param origin of who has just saved the entries: then their issuers are asked whether they answer
     * @returns the entries with warnings, in their order
     */
    async review(key: RobotKey, entries: StoredEntry[], origin?: Origin): Promise<ReviewedEntry[]> {
      const { owner, robot } = key
      if (entries.length === 0) return []
      const rights = { mayPush: mayPush(await findRobotRights(db, owner.id, robot)) }
      const names = entries.map(({ issuer_ref }) => issuer_ref)
      const sourceOf = await issuerTrust.lookUp(owner, names)

      async function issuerWarnings(entry: StoredEntry): Promise<EntryWarning[]> {
        const source = sourceOf(entry)
        if ('fault' in source) return [{ code: source.fault, message: source.message }]
        if (!origin) return []
        const answer = await issuerProbe.ask(source, askerOf(key, origin))
        if ('keySet' in answer) return []
        return 'outcome' in answer
          ? [{ code: 'issuer_silent', message: answer.message }]
          : [NOT_ASKED]
      }

      return Promise.all(
        entries.map(async (entry) => ({
          ...entry,
          warnings: [...warningsOf(entry, rights), ...(await issuerWarnings(entry))],
        })),
      )
    },
  }
}
