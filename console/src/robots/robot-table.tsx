import type { Owner } from '../api/owner.ts'
import { Table } from '../parts/table.tsx'
import { useNarrow } from '../parts/use-narrow.ts'
import { COLUMNS, columnsOf, isSort } from './robot-columns.tsx'
import { RobotRow } from './robot-row.tsx'
import type { ListedRobot } from './robots-query.ts'
import type { RobotsSearch } from './robots-search.ts'
import { SortHeader } from './sort-header.tsx'
import type { Marked } from './use-marked.ts'

interface Props {
  owner: Owner
  robots: ListedRobot[]
  search: RobotsSearch
  marking: Marked
}

export function RobotTable({ owner, robots, search, marking }: Props) {
  const columns = columnsOf(search, useNarrow())
  return (
    <Table
      label="Robots"
      head={
        <>
          <th scope="col">
            <input
              type="checkbox"
              aria-label="Mark all"
              checked={marking.isAll}
              onChange={marking.toggleAll}
            />
          </th>
          <SortHeader by="name" search={search} />
          {columns.map((column) =>
            isSort(column) ? (
              <SortHeader key={column} by={column} search={search} />
            ) : (
              <th key={column} scope="col">
                {COLUMNS[column]}
              </th>
            ),
          )}
        </>
      }
    >
      {robots.map((robot) => (
        <RobotRow
          key={robot.name}
          owner={owner}
          robot={robot}
          columns={columns}
          search={search}
          marking={marking}
        />
      ))}
    </Table>
  )
}
