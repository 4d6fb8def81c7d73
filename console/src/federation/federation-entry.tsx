import type { Entry, RobotAddress } from '../robot/robot-query.ts'
import { EntryFacts } from './entry-facts.tsx'
import { EntryLink } from './entry-link.tsx'
import { JobSnippet } from './job-snippet.tsx'
import { wordsOfClaims } from './words-of-claims.ts'

interface Props {
  address: RobotAddress
  entry: Entry
}

/** One who may act as the robot, and what is compared. */
export const FederationEntry = ({ address, entry }: Props) => (
  <li className="card stack">
    <EntryFacts entry={entry} />
    <JobSnippet
      platform={wordsOfClaims({ iss: entry.issuer, sub: entry.subject }).platform}
      address={address}
      audience={entry.audiences?.[0]}
    />
    <div className="actions">
      <EntryLink address={address} id={entry.id} name={`Change ${entry.subject}`}>
        Change
      </EntryLink>
    </div>
  </li>
)
