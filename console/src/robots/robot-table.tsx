import type { Owner } from '../api/owner.ts'
import { Table } from '../parts/table.tsx'
import { RobotRow } from './robot-row.tsx'
import type { ListedRobot } from './robots-query.ts'
import type { RobotsSearch } from './robots-search.ts'
import { SortHeader } from './sort-header.tsx'

interface Props {
  owner: Owner
  robots: ListedRobot[]
  search: RobotsSearch
}

export const RobotTable = ({ owner, robots, search }: Props) => (
  <Table
    label="Robots"
    head={
      <>
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
      <RobotRow key={robot.name} owner={owner} robot={robot} search={search} />
    ))}
  </Table>
)
