import type { RobotAddress } from '../robot/robot-query.ts'
import type { NewEntry } from './entry-query.ts'

/**
 * The file by which `quay-robots apply` gives the robot these entries, and no others; undefined for robots of users, of which it
 * knows nothing. Values are written as JSON, which YAML takes as it is.
 */
export function entriesYaml(
  { owner, robot }: RobotAddress,
  entries: readonly NewEntry[],
): string | undefined {
  if (owner.kind === 'users') return undefined
  const lines = entries.flatMap((entry) =>
    Object.entries(entry).map(
      ([key, value], at) => `      ${at === 0 ? '-' : ' '} ${key}: ${JSON.stringify(value)}`,
    ),
  )
  return [
    `organization: ${JSON.stringify(owner.name)}`,
    'robots:',
    `  ${JSON.stringify(robot)}:`,
    '    federation:',
    ...lines,
    '',
  ].join('\n')
}
