import { RelativeTime } from '../parts/relative-time.tsx'
import { accessOf, byOf, signsInBy } from './robot-words.ts'
import type { ListedRobot } from './robots-query.ts'
import { type RobotSort, type RobotState, type RobotsSearch, SORTS } from './robots-search.ts'

/** Columns beside the name, with their titles; of some the list can be sorted by. */
export const COLUMNS = {
  signs_in_by: 'Signs in by',
  access: 'Access',
  last_used: SORTS.last_used,
  expires: SORTS.expires,
  created: SORTS.created,
} as const

export type RobotColumn = keyof typeof COLUMNS

export const isSort = (column: RobotColumn): column is Exclude<RobotSort, 'name'> => column in SORTS

/** Where that is seen which a list was asked for. */
const OF_STATES: Partial<Record<RobotState, RobotColumn>> = {
  expired: 'expires',
  expiring: 'expires',
  unused: 'last_used',
}

/** In their order: in a narrow window what the list was asked for comes first, to be seen without scrolling. */
export function columnsOf({ sort, state }: RobotsSearch, isNarrow: boolean): RobotColumn[] {
  const usual = Object.keys(COLUMNS) as RobotColumn[]
  const asked = sort === undefined || sort === 'name' ? state && OF_STATES[state] : sort
  if (!isNarrow || asked === undefined) return usual
  return [asked, ...usual.filter((column) => column !== asked)]
}

export function RobotCell({ column, robot }: { column: RobotColumn; robot: ListedRobot }) {
  switch (column) {
    case 'signs_in_by':
      return <td>{signsInBy(robot)}</td>
    case 'access':
      return <td>{accessOf(robot.grants)}</td>
    case 'last_used':
      return (
        <td>
          <RelativeTime time={robot.last_used?.at ?? robot.last_accessed} />
          {robot.last_used?.by && <p className="quiet">{byOf(robot.last_used.by)}</p>}
        </td>
      )
    case 'expires':
      return (
        <td>
          <RelativeTime time={robot.expires_at} />
        </td>
      )
    case 'created':
      return (
        <td>
          <RelativeTime time={robot.created} />
          {robot.created_by && <p className="quiet">by {robot.created_by}</p>}
        </td>
      )
  }
}
