import type { components } from '../generated/openapi.d.ts'
import { Compared } from './compared.tsx'

type Check = components['schemas']['FederationCheck']

interface Props {
  check: Check
  /** Whether a pattern was wanted: its characters are not those of what it stands for. */
  isOfPattern: boolean
}

/** One comparison: what was wanted, what came, and where they differ first. */
export const CheckRow = ({ check, isOfPattern }: Props) => (
  <tr className={check.ok ? undefined : 'row-problem'}>
    <th scope="row">
      {check.check}
      <span className={`tag tag-${check.ok ? 'done' : 'problem'}`}>
        {check.ok ? 'matches' : 'differs'}
      </span>
      {check.differs_at !== undefined && (
        <p className="quiet">from character {check.differs_at + 1} on</p>
      )}
    </th>
    <td>
      <Compared value={check.expected} differsAt={isOfPattern ? undefined : check.differs_at} />
    </td>
    <td>
      <Compared value={check.got} differsAt={check.differs_at} />
    </td>
  </tr>
)
