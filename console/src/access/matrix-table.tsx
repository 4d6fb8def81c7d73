import { Link } from '@tanstack/react-router'
import { Table } from '../parts/table.tsx'
import type { RoleChange } from './changes.ts'
import { HolderName } from './holder-name.tsx'
import { MatrixCell } from './matrix-cell.tsx'
import type { Matrix } from './matrix-query.ts'
import { accessIn, asked, type MatrixSearch } from './matrix-search.ts'
import { SourceList } from './source-list.tsx'

export interface Editing {
  changes: RoleChange[]
  onChange: (change: RoleChange) => void
}

interface Props {
  namespace: string
  matrix: Matrix
  search: MatrixSearch
  /** Undefined: the roles are only shown. */
  editing: Editing | undefined
}

/** Holders by repositories. */
export function MatrixTable({ namespace, matrix, search, editing }: Props) {
  const { repositories, holders } = matrix
  if (repositories.length === 0) return <p>No repository is called like that.</p>
  if (holders.length === 0) return <p>Nobody is all of that.</p>
  const only = repositories.length === 1 ? repositories[0] : undefined
  return (
    <Table
      label="Access"
      head={
        <>
          <th scope="col">Who</th>
          {repositories.map(({ name, is_public }) => (
            <th key={name} scope="col">
              <Link
                from="/$kind/$owner/access"
                to="."
                search={asked(search, { repository: name, repository_q: '' })}
                activeProps={{}}
              >
                {name}
              </Link>
              {is_public && <span className="tag">public</span>}
            </th>
          ))}
          {only && <th scope="col">Because</th>}
        </>
      }
    >
      {holders.map(({ kind, name, access }) => (
        <tr key={`${kind} ${name}`}>
          <th scope="row">
            <HolderName namespace={namespace} kind={kind} name={name} />
          </th>
          {repositories.map((repository) => (
            <td key={repository.name}>
              <MatrixCell
                of={{ namespace, repository: repository.name, kind, holder: name }}
                access={accessIn(access, repository.name)}
                editing={editing}
              />
            </td>
          ))}
          {only && (
            <td>
              <SourceList sources={accessIn(access, only.name)?.sources ?? []} />
            </td>
          )}
        </tr>
      ))}
    </Table>
  )
}
