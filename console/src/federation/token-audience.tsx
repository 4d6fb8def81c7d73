import { Notice } from '../parts/notice.tsx'
import type { RobotAddress } from '../robot/robot-query.ts'
import { NewEntryLink } from './new-entry-link.tsx'
import type { WizardSearch } from './wizard-search.ts'

interface Props {
  address: RobotAddress
  search: WizardSearch
  /** What the entry wants. */
  wanted: string
}

/** Of an entry that is made from a token for another audience: what its job is to ask for. */
export function TokenAudience({ address, search, wanted }: Props) {
  const had = search.token_audience?.split(' ') ?? [wanted]
  if (had.includes(wanted)) return null
  return (
    <Notice kind="note">
      <p>
        The token is for the audience <code>{had.join(' ')}</code>, and this entry wants{' '}
        <code>{wanted}</code>: it refuses that very token. Let the job ask for <code>{wanted}</code>
        , as <em>What the job does</em> says; or, where its tokens are for no other service,
      </p>
      <NewEntryLink address={address} search={{ ...search, audience: had[0] ?? '' }}>
        Take the audience of the token
      </NewEntryLink>
    </Notice>
  )
}
