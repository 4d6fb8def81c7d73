import type { Owner } from '../api/owner.ts'
import { Table } from '../parts/table.tsx'
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

export const RobotTable = ({ owner, robots, search, marking }: Props) => (
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
        <th scope="col">Signs in by</th>
        <th scope="col">Access</th>
        <SortHeader by="last_used" search={search} />
        <SortHeader by="expires" search={search} />
        <SortHeader by="created" search={search} />
      </>
    }
  >
    {robots.map((robot) => (
      <RobotRow key={robot.name} owner={owner} robot={robot} search={search} marking={marking} />
    ))}
  </Table>
)
