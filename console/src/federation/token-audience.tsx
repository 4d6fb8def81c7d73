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
  const { token_audience: had = '', no_audience: none } = search
  if (none === 'entry' || (had === '' && none !== 'token') || had.split(' ').includes(wanted)) {
    return null
  }
  const [first = ''] = had.split(' ')
  return (
    <Notice kind="note">
      <p>
        {none ? 'The token has no audience' : 'The token is for the audience '}
        {!none && <code>{had}</code>}, and this entry wants <code>{wanted}</code>: it refuses that
        very token. Let the job ask for <code>{wanted}</code>, as <em>What the job does</em> says;
        or, where its tokens are for no other service, let the entry take them as they are.
      </p>
      <div className="actions">
        <NewEntryLink
          address={address}
          search={{ ...search, ...(none ? { no_audience: 'entry' } : { audience: first }) }}
        >
          {none ? 'Want no audience' : 'Take the audience of the token'}
        </NewEntryLink>
      </div>
    </Notice>
  )
}
