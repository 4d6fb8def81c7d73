import { Link } from '@tanstack/react-router'
import { Table } from '../parts/table.tsx'
import { useNarrow } from '../parts/use-narrow.ts'
import { COLUMNS, columnsOf, RobotCell } from '../robots/robot-columns.tsx'
import type { ListedRobot } from '../robots/robots-query.ts'
import type { RobotsSearch } from '../robots/robots-search.ts'
import { StateTag } from '../robots/state-tag.tsx'

interface Props {
  robots: ListedRobot[]
  search: RobotsSearch
}

export function AllRobotsTable({ robots, search }: Props) {
  const columns = columnsOf(search, useNarrow())
  return (
    <Table
      label="Robots"
      head={
        <>
          <th scope="col">Robot</th>
          {columns.map((column) => (
            <th key={column} scope="col">
              {COLUMNS[column]}
            </th>
          ))}
          <th scope="col">Labels</th>
        </>
      }
    >
      {robots.map((robot) => (
        <tr key={robot.name}>
          <th scope="row">
            <Link to="/robots/$name" params={{ name: robot.name }}>
              {robot.name}
            </Link>
            <StateTag robot={robot} />
            {robot.description && <p className="quiet">{robot.description}</p>}
          </th>
          {columns.map((column) => (
            <RobotCell key={column} column={column} robot={robot} />
          ))}
          <td>
            {Object.entries(robot.labels ?? {})
              .map(([key, value]) => `${key}:${value}`)
              .join(', ')}
          </td>
        </tr>
      ))}
    </Table>
  )
}
