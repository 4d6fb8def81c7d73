import { Link } from '@tanstack/react-router'
import { type Owner, shortNameOf } from '../api/owner.ts'
import { LabelChips } from './label-chips.tsx'
import { RobotCell, type RobotColumn } from './robot-columns.tsx'
import type { ListedRobot } from './robots-query.ts'
import { pageOf, type RobotsSearch } from './robots-search.ts'
import { StateTag } from './state-tag.tsx'
import type { Marked } from './use-marked.ts'

interface Props {
  owner: Owner
  robot: ListedRobot
  columns: RobotColumn[]
  search: RobotsSearch
  marking: Marked
}

export const RobotRow = ({ owner, robot, columns, search, marking }: Props) => (
  <tr>
    <td>
      <input
        type="checkbox"
        aria-label={`Mark ${shortNameOf(robot.name)}`}
        checked={marking.marked.includes(shortNameOf(robot.name))}
        onChange={() => marking.toggle(shortNameOf(robot.name))}
      />
    </td>
    <th scope="row">
      <Link
        to={pageOf(search.state)}
        params={{ kind: owner.kind, owner: owner.name, robot: shortNameOf(robot.name) }}
      >
        {shortNameOf(robot.name)}
      </Link>
      <StateTag robot={robot} />
      {robot.description && <p className="quiet">{robot.description}</p>}
      <LabelChips labels={robot.labels ?? {}} search={search} />
    </th>
    {columns.map((column) => (
      <RobotCell key={column} column={column} robot={robot} />
    ))}
  </tr>
)
