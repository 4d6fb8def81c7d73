import { invalidRequest } from './errors.ts'
import { isName } from './names.ts'

const KIND = /^[a-z0-9_]{1,64}$/

/** @throws {ServiceError} `invalid_request` where no entry can be of this kind */
export function assertKind(kind: string | undefined): void {
  if (kind === undefined || KIND.test(kind)) return
  throw invalidRequest('kind is no kind of entry: write one such as create_robot')
}

/**
 * The short name of a robot in the log of a namespace, given that or the full name.
 *
 * @returns undefined for a robot of another namespace, which this log does not know
 * @throws {ServiceError} `invalid_request`
 */
export function robotInLog(robot: string, namespace: string | undefined): string | undefined {
  const [shortName = '', owner, ...more] = robot.split('+').reverse()
  if (!isName(shortName) || (owner !== undefined && !isName(owner)) || more.length > 0) {
    throw invalidRequest('robot is no name of a robot: write deployer, or acme+deployer')
  }
  return owner === undefined || owner === namespace ? shortName : undefined
}
