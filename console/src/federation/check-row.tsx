import type { components } from '../generated/openapi.d.ts'
import { Compared } from './compared.tsx'

type Check = components['schemas']['FederationCheck']

/** One comparison: what was wanted, what came, and where they differ first. */
export const CheckRow = ({ check }: { check: Check }) => (
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
      <Compared value={check.expected} differsAt={check.differs_at} />
    </td>
    <td>
      <Compared value={check.got} differsAt={check.differs_at} />
    </td>
  </tr>
)
