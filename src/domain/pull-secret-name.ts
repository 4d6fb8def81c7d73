import { createHash } from 'node:crypto'

/** Longest name of an object in Kubernetes (RFC 1123 subdomain). */
const MAX_OBJECT_NAME = 253
const PULL_SECRET = '-pull-secret'

/** What can be told from the name that Quay gives: hyphens in that of the owner, and none in that of the robot. */
const UNAMBIGUOUS = /^[a-z0-9]+(?:-[a-z0-9]+)*\+[a-z0-9]+$/

/**
 * The name of a robot's secret in Kubernetes. As in Quay, what is no letter and no digit becomes `-`; where that
 * would be the name of another robot's secret too, or Kubernetes would refuse it, it is cut and ends in `--` and a
 * digest of the robot's name, which no name of Quay's has.
 *
 * @param robot full name, `owner+short`
 */
export function pullSecretName(robot: string): string {
  const name = robot.replace(/[^a-z0-9]/g, '-')
  if (UNAMBIGUOUS.test(robot) && name.length + PULL_SECRET.length <= MAX_OBJECT_NAME) {
    return name + PULL_SECRET
  }
  const end = `--${createHash('sha256').update(robot).digest('hex').slice(0, 10)}${PULL_SECRET}`
  return name.slice(0, MAX_OBJECT_NAME - end.length).replace(/^-+|-+$/g, '') + end
}
