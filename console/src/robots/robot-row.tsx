import { Link } from '@tanstack/react-router'
import { type Owner, shortNameOf } from '../api/owner.ts'
import { RelativeTime } from '../parts/relative-time.tsx'
import { LabelChips } from './label-chips.tsx'
import { accessOf, byOf, signsInBy } from './robot-words.ts'
import type { ListedRobot } from './robots-query.ts'
import { pageOf, type RobotsSearch } from './robots-search.ts'
import { StateTag } from './state-tag.tsx'
import type { Marked } from './use-marked.ts'

interface Props {
  owner: Owner
  robot: ListedRobot
  search: RobotsSearch
  marking: Marked
}

export const RobotRow = ({ owner, robot, search, marking }: Props) => (
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
    <td>{signsInBy(robot)}</td>
    <td>{accessOf(robot.grants)}</td>
    <td>
      <RelativeTime time={robot.last_used?.at ?? robot.last_accessed} />
      {robot.last_used?.by && <p className="quiet">{byOf(robot.last_used.by)}</p>}
    </td>
    <td>
      <RelativeTime time={robot.expires_at} />
    </td>
    <td>
      <RelativeTime time={robot.created} />
      {robot.created_by && <p className="quiet">by {robot.created_by}</p>}
    </td>
  </tr>
)
