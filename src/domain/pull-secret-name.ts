import { createHash } from 'node:crypto'

/** Longest name of an object in Kubernetes (RFC 1123 subdomain). */
const MAX_OBJECT_NAME = 253
const PULL_SECRET = '-pull-secret'

/** Robots that can be told from the name that Quay gives their secret: only their owners' names have hyphens. */
const UNAMBIGUOUS = /^[a-z0-9]+(?:-[a-z0-9]+)*\+[a-z0-9]+$/

/**
 * The name of a robot's secret in Kubernetes. As in Quay, each character but letters and digits becomes `-`. Where
 * another robot's secret would get the same name, or the name would be too long for Kubernetes, it is cut, and a
 * digest of the robot's name after `--` ends it: no name that Quay gives has that.
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
