import type { components } from '../generated/openapi.d.ts'
import type { RobotAddress } from '../robot/robot-query.ts'
import { EntryLink } from './entry-link.tsx'
import { hasMatch, nearestEntry } from './entry-search.ts'
import { NewEntryLink } from './new-entry-link.tsx'
import { type Claims, wordsOfToken } from './words-of-claims.ts'

interface Props {
  address: RobotAddress
  report: components['schemas']['FederationTestReport']
  /** What the token says. */
  claims: Claims
  /** What the entry with the id is called: `entry 2`. */
  nameOf: (id: string) => string
}

/** The ways to let in whose token it is, and in what they differ. */
export function TokenActions({ address, report, claims, nameOf }: Props) {
  const nearest = nearestEntry(report)
  const nearestName = nearest && nameOf(nearest.id)
  const mayBeNew = !hasMatch(report)
  return (
    <>
      {mayBeNew && nearestName && (
        <p>
          There are two ways to let this job in. Make an entry from the token: the jobs of now go on
          getting in. Or change {nearestName}, where it was meant for this job: the jobs that it
          lets in now are refused then.
        </p>
      )}
      <div className="actions">
        {mayBeNew && (
          <NewEntryLink address={address} search={wordsOfToken(claims)}>
            Make an entry from it
          </NewEntryLink>
        )}
        {nearest && (
          <EntryLink address={address} {...nearest}>
            Change {nearestName}
          </EntryLink>
        )}
      </div>
    </>
  )
}
