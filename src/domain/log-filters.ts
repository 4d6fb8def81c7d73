import { invalidRequest } from './errors.ts'
import { isName } from './names.ts'

const KIND = /^[a-z0-9_]{1,64}$/

/** @throws {ServiceError} `invalid_request` where no entry can be of this kind */
export function assertKind(kind: string | undefined): void {
  if (kind === undefined || KIND.test(kind)) return
  throw invalidRequest('kind is no kind of entry: write one such as create_robot')
}

/**
 * The robot that a log is asked for: by its short name or, which that of the installation needs, its full one.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function robotAsked(robot: string, { inFull = false } = {}) {
  const [name = '', owner, ...more] = robot.split('+').reverse()
  if (!isName(name) || (owner !== undefined && !isName(owner)) || more.length > 0) {
    throw invalidRequest('robot is no name of a robot: write deployer, or acme+deployer')
  }
  if (inFull && owner === undefined) {
    throw invalidRequest('robot needs its full name among those of all owners: write acme+deployer')
  }
  return { name, owner }
}
