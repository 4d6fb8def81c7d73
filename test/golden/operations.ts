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
  '* /api/v1/organization/{}',
  '* /api/v1/organization/{}/team/{}',
  '* /api/v1/organization/{}/team/{}/members',
  '* /api/v1/organization/{}/team/{}/members/{}',
  '* /api/v1/organization/{}/team/{}/permissions',
  '* /api/v1/organization/{}/members',
  '* /api/v1/organization/{}/members/{}',
  '* /api/v1/organization/{}/collaborators',
  '* /api/v1/organization/{}/prototypes',
  '* /api/v1/organization/{}/prototypes/{}',
  '* /api/v1/repository',
  '* /api/v1/repository/{}/{}',
  '* /api/v1/repository/{}/{}/changevisibility',
  '* /api/v1/repository/{}/{}/permissions/user',
  '* /api/v1/repository/{}/{}/permissions/user/{}',
  '* /api/v1/repository/{}/{}/permissions/team',
  '* /api/v1/repository/{}/{}/permissions/team/{}',
  '* /api/v1/organization/{}/applications',
  '* /api/v1/organization/{}/applications/{}',
  '* /api/v1/organization/{}/applications/{}/tokens',
  '* /api/v1/organization/{}/applications/{}/tokens/{}',
  '* /api/v1/user/apptoken',
  '* /api/v1/user/apptoken/{}',
  '* /api/v1/superuser/users',
  '* /api/v1/superuser/users/{}',
  'GET /api/v1/superuser/organizations',
  'GET /api/v1/user/logs',
  'GET /api/v1/organization/{}/logs',
  'GET /api/v1/superuser/logs',
  '* /api/v1/error/{}',
  '* /oauth2/federation/robot/token',
  '* /v2',
  'GET /v2/auth',
].map(toPattern)

/** Its operations exist, but one of them does not do all that it will. */
const UNFINISHED = ['push-to-a-new-repository']

/** Whether all operations that the scenario calls exist. */
export function isReplayable({ id, steps }: Scenario): boolean {
  return !UNFINISHED.includes(id) && steps.every(isKnown)
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
