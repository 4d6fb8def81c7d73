import type { Entry, RobotAddress } from '../robot/robot-query.ts'
import { JobSnippet } from './job-snippet.tsx'
import { wordsOfClaims } from './words-of-claims.ts'

interface Props {
  address: RobotAddress
  entry: Entry
  isOpen?: boolean
}

/** What a job does that a stored entry lets in. */
export const EntrySnippet = ({ address, entry, isOpen = false }: Props) => (
  <JobSnippet
    platform={wordsOfClaims({ iss: entry.issuer, sub: entry.subject }).platform}
    address={address}
    audience={entry.audiences?.[0]}
    isOpen={isOpen}
  />
)
