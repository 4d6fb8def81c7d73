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
      {mayBeNew && nearest?.isEnough && (
        <p>
          Make a new entry from the token: jobs that get in now still do. Or change {nearestName},
          if it was meant for this job: jobs that it lets in now are then refused.
        </p>
      )}
      <div className="actions">
        {mayBeNew && (
          <NewEntryLink address={address} search={wordsOfToken(claims)}>
            Make an entry from it
          </NewEntryLink>
        )}
        {nearest && (
          <EntryLink address={address} id={nearest.id} search={nearest.search}>
            Change {nearestName}
          </EntryLink>
        )}
      </div>
    </>
  )
}
