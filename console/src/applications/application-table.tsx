import { Link } from '@tanstack/react-router'
import { Table } from '../parts/table.tsx'
import type { Application } from './application-queries.ts'

interface Props {
  orgname: string
  applications: Application[]
}

export const ApplicationTable = ({ orgname, applications }: Props) => (
  <Table
    label="Applications"
    head={
      <>
        <th scope="col">Name</th>
        <th scope="col">Client id</th>
        <th scope="col">May, for itself</th>
        <th scope="col">Made by</th>
      </>
    }
  >
    {applications.map(({ client_id, name, description, scopes = [], created_by }) => (
      <tr key={client_id}>
        <th scope="row">
          <Link
            to="/$kind/$owner/applications/$client"
            params={{ kind: 'orgs', owner: orgname, client: client_id }}
          >
            {name}
          </Link>
          {description && <p className="quiet">{description}</p>}
        </th>
        <td>
          <code>{client_id}</code>
        </td>
        <td>{scopes.join(', ') || <span className="quiet">nothing</span>}</td>
        <td>{created_by ?? <span className="quiet">not known</span>}</td>
      </tr>
    ))}
  </Table>
)
