import type { Request } from './load/requests.ts'
import type { World } from './world.ts'

/** Of the registry for which tokens are asked. */
export const REGISTRY_SERVICE = 'registry.example.com'

export interface Operation {
  name: string
  kind: 'read' | 'token' | 'write'
  /** Of a right answer. */
  status: number
  requests: Request[]
}

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

/** The operations that are measured, as requests to either server. */
export function operationsOf(world: World): Operation[] {
  const bearer = { authorization: `Bearer ${world.apiToken}` }
  const robotUrl = (fullName: string) => {
    const [organization, name] = fullName.split('+')
    return `/api/v1/organization/${organization}/robots/${name}`
  }
  return [
    {
      name: 'get robot',
      kind: 'read',
      status: 200,
      requests: world.robots.map(({ name }) => get(robotUrl(name), bearer)),
    },
    {
      name: 'list 100 robots',
      kind: 'read',
      status: 200,
      requests: [get('/api/v1/organization/acme/robots?permissions=true&token=true', bearer)],
    },
    {
      name: 'registry token',
      kind: 'token',
      status: 200,
      requests: world.robots.map(({ name, token }, index) => {
        const repository = ['web', 'api', 'db', 'docs', 'cache'][index % 5]
        const scope = `repository:acme/${repository}:pull,push`
        return get(`/v2/auth?service=${REGISTRY_SERVICE}&scope=${scope}`, basic(name, token))
      }),
    },
    {
      name: 'federated exchange',
      kind: 'token',
      status: 200,
      requests: world.identities.map(({ robot, identityToken }) =>
        get('/oauth2/federation/robot/token', basic(robot, identityToken)),
      ),
    },
    {
      name: 'introspection',
      kind: 'token',
      status: 200,
      requests: world.robotTokens.map((token) => ({
        method: 'POST',
        path: '/oauth2/federation/robot/introspect',
        headers: { ...bearer, 'content-type': 'application/x-www-form-urlencoded' },
        body: `token=${token}`,
      })),
    },
    {
      name: 'create robot',
      kind: 'write',
      status: 201,
      requests: [
        {
          method: 'PUT',
          path: '/api/v1/organization/written/robots/made{n}',
          headers: { ...bearer, 'content-type': 'application/json' },
          body: JSON.stringify({
            description: 'made by the bench',
            unstructured_metadata: { team: 'platform', environment: 'production' },
          }),
        },
      ],
    },
    {
      name: 'regenerate token',
      kind: 'write',
      status: 201,
      requests: world.writtenRobots.map(({ name }) => ({
        method: 'POST',
        path: `${robotUrl(name)}/regenerate`,
        headers: bearer,
      })),
    },
  ]
}

const get = (path: string, headers: Record<string, string>): Request => ({
  method: 'GET',
  path,
  headers,
})
