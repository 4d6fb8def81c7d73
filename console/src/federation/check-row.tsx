import type { components } from '../generated/openapi.d.ts'
import { Compared } from './compared.tsx'

type Check = components['schemas']['FederationCheck']

/** One comparison: what was wanted, what came, and where they begin to differ. */
export const CheckRow = ({ check }: { check: Check }) => (
  <tr>
    <th scope="row">
      {check.check}
      <span className="tag">{check.ok ? 'holds' : 'differs'}</span>
    </th>
    <td>
      <Compared value={check.expected} differsAt={check.differs_at} />
    </td>
    <td>
      <Compared value={check.got} differsAt={check.differs_at} />
    </td>
  </tr>
)
