import type { Scenario, Step } from './replay-golden.mjs'

const robots = ['/api/v1/user/robots', '/api/v1/organization/{}/robots']

/**
 * The operations that exist now; `*`: all of this path, so that other methods are refused for good.
 * A new operation is added here, which brings the scenarios that waited for it into the tests.
 */
const OPERATIONS = [
  ...robots.flatMap((list) => [
    `* ${list}`,
    `* ${list}/{}`,
    `* ${list}/{}/regenerate`,
    `* ${list}/{}/permissions`,
    `* ${list}/{}/federation`,
  ]),
  '* /api/v1/user',
  '* /api/v1/user/initialize',
  'POST /api/v1/organization',
  'GET /api/v1/organization/{}',
  '* /api/v1/error/{}',
  '* /oauth2/federation/robot/token',
  '* /v2',
  '* /v2/auth',
].map(toPattern)

/** Whether all operations that the scenario calls exist. */
export function isReplayable({ steps }: Scenario): boolean {
  return steps.every(isKnown)
}

function isKnown({ method, path }: Step): boolean {
  const [pathname] = path.split('?')
  return OPERATIONS.some((pattern) => pattern.test(`${method} ${pathname}`))
}

/** `{}` stands for one segment of a path; a slash at the end makes no difference. */
function toPattern(operation: string): RegExp {
  const source = operation.replace('*', '[A-Z]+').replaceAll('{}', '[^/]+')
  return new RegExp(`^${source}/?$`)
}
