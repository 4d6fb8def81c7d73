import type { Entry, RobotAddress } from '../robot/robot-query.ts'
import { EntryFacts } from './entry-facts.tsx'
import { EntryLink } from './entry-link.tsx'
import { EntrySnippet } from './entry-snippet.tsx'

interface Props {
  address: RobotAddress
  entry: Entry
}

/** One who may act as the robot, and what is compared. */
export const FederationEntry = ({ address, entry }: Props) => (
  <li className="card stack">
    <EntryFacts entry={entry} />
    <EntrySnippet address={address} entry={entry} />
    <div className="actions">
      <EntryLink address={address} id={entry.id} name={`Change ${entry.subject}`}>
        Change
      </EntryLink>
    </div>
  </li>
)
