import { invalidRequest } from './errors.ts'
import { isName, parseRobotFullName } from './names.ts'

/** Who may have a role in the repositories of a namespace: users, and robots and teams of that namespace. */
export interface Grantee {
  kind: 'user' | 'robot' | 'team'
  /** Of a robot, the short name. */
  name: string
}

/**
 * The user or robot that a name stands for, by the form of the name alone.
 *
 * @returns undefined for what is no name, and for a robot of another namespace
 */
export function parseAccount(name: string, namespace: string): Grantee | undefined {
  const robot = parseRobotFullName(name)
  if (robot?.owner === namespace) return { kind: 'robot', name: robot.shortName }
  return isName(name) ? { kind: 'user', name } : undefined
}

export const parseTeam = (name: string): Grantee | undefined =>
  isName(name) ? { kind: 'team', name } : undefined

export function isForeignRobot(name: string, namespace: string): boolean {
  const robot = parseRobotFullName(name)
  return robot !== undefined && robot.owner !== namespace
}

/** What Quay says to a role for a robot of another namespace. */
export const foreignRobot = (name: string, namespace: string) =>
  `Cannot add robot ${name} under namespace ${namespace}`

/**
 * The owner of a namespace administers all repositories in it, whatever else is said.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function assertNotOwner(name: string, namespace: string) {
  if (name === namespace) throw invalidRequest('Namespace owner must always be admin.')
}
