import { Link } from '@tanstack/react-router'
import { RelativeTime } from '../parts/relative-time.tsx'
import { Table } from '../parts/table.tsx'
import { accessOf, byOf, signsInBy } from '../robots/robot-words.ts'
import type { ListedRobot } from '../robots/robots-query.ts'
import { StateTag } from '../robots/state-tag.tsx'

export const AllRobotsTable = ({ robots }: { robots: ListedRobot[] }) => (
  <Table
    label="Robots"
    head={
      <>
        <th scope="col">Robot</th>
        <th scope="col">Signs in by</th>
        <th scope="col">Access</th>
        <th scope="col">Last used</th>
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
        <td>{signsInBy(robot)}</td>
        <td>{accessOf(robot.grants)}</td>
        <td>
          <RelativeTime time={robot.last_used?.at ?? robot.last_accessed} />
          {robot.last_used?.by && <p className="quiet">{byOf(robot.last_used.by)}</p>}
        </td>
        <td>
          {Object.entries(robot.labels ?? {})
            .map(([key, value]) => `${key}:${value}`)
            .join(', ')}
        </td>
      </tr>
    ))}
  </Table>
)
