import { RoleForm } from '../access/role-form.tsx'
import { type Access, ownRole } from '../access/roles.ts'
import { SourceList } from '../access/source-list.tsx'
import { Table } from '../parts/table.tsx'
import type { RobotAddress } from './robot-query.ts'

interface Props {
  address: RobotAddress
  access: Access[]
  onChanged: () => Promise<unknown>
}

/** By repository: the role that counts, why, and the own one to change. */
export const AccessTable = ({ address: { owner, robot }, access, onChanged }: Props) => (
  <Table
    label="Access"
    head={
      <>
        <th scope="col">Repository</th>
        <th scope="col">May</th>
        <th scope="col">Because</th>
        <th scope="col">Own role</th>
      </>
    }
  >
    {access.map((one) => (
      <tr key={one.repository}>
        <th scope="row">
          {owner.name}/{one.repository}
          {one.is_public && <span className="tag">public</span>}
        </th>
        <td>{one.role}</td>
        <td>
          <SourceList sources={one.sources} />
        </td>
        <td>
          <RoleForm
            key={ownRole(one)}
            of={{
              namespace: owner.name,
              repository: one.repository,
              kind: 'robot',
              holder: `${owner.name}+${robot}`,
            }}
            role={ownRole(one)}
            onChanged={onChanged}
          />
        </td>
      </tr>
    ))}
  </Table>
)
