import { accessOf, signsInBy } from './robot-words.ts'
import type { ListedRobot } from './robots-query.ts'

export const CSV_HEAD = [
  'name',
  'description',
  'state',
  'signs in by',
  'access',
  'last used',
  'expires',
  'created',
  'labels',
]

const stateOf = ({ enabled, expires_at }: ListedRobot) => {
  if (enabled === false) return 'disabled'
  return expires_at && new Date(expires_at) <= new Date() ? 'expired' : 'active'
}

/** A robot as a row; times as in RFC 3339. */
export const csvRow = (robot: ListedRobot): string[] => [
  robot.name,
  robot.description,
  stateOf(robot),
  signsInBy(robot),
  accessOf(robot.grants),
  robot.last_used?.at ?? '',
  robot.expires_at ?? '',
  new Date(robot.created).toISOString(),
  Object.entries(robot.labels ?? {})
    .map(([key, value]) => `${key}:${value}`)
    .join(' '),
]
