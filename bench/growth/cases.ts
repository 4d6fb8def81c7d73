import type { Request } from '../load/requests.ts'
import type { MeasuredOrganization } from './fill.ts'

const ONE = { name: 'one', robots: 1, grants: 1 }
const HUNDRED = { name: 'hundred', robots: 100, grants: 1 }
const GRANTED = { name: 'granted', robots: 100, grants: 200 }
const MANY = { name: 'many', robots: 10_000, grants: 1 }

/** The organizations that are measured in a database of so many robots. */
export const organizationsIn = (robots: number): MeasuredOrganization[] =>
  [ONE, HUNDRED, GRANTED, MANY].filter((one) => one.robots * 5 <= robots)

/** What the requests to one organization need to know. */
export interface Known {
  apiToken: string
  /** Static token of `robot0`. */
  password: string
  /** For `robot0`. */
  identityToken: string
  /** A short-lived token of `robot0`. */
  robotToken: string
  /** The page that begins in the middle of the list of robots. */
  middle: string
}

export interface Case {
  /** Of those with one name, the smallest is what the others are compared with. */
  operation: string
  organization: MeasuredOrganization
  request: (known: Known) => Request
}

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

const api = (path: string, { apiToken }: Known): Request => ({
  method: 'GET',
  path: `/api/v1/organization/${path}`,
  headers: { authorization: `Bearer ${apiToken}` },
})

const get = (path: string, headers: Record<string, string>): Request => ({
  method: 'GET',
  path,
  headers,
})

const lookUps = (organization: MeasuredOrganization): Case[] => {
  const { name } = organization
  const scope = `repository:${name}/repository0:pull,push`
  const requests: Record<string, Case['request']> = {
    'get robot': (known) => api(`${name}/robots/robot0`, known),
    'registry token': ({ password }) =>
      get(`/v2/auth?service=bench&scope=${scope}`, basic(`${name}+robot0`, password)),
    'federated exchange': ({ identityToken }) =>
      get('/oauth2/federation/robot/token', basic(`${name}+robot0`, identityToken)),
    introspection: ({ apiToken, robotToken }) => ({
      method: 'POST',
      path: '/oauth2/federation/robot/introspect',
      headers: {
        authorization: `Bearer ${apiToken}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `token=${robotToken}`,
    }),
  }
  return Object.entries(requests).map(([operation, request]) => ({
    operation,
    organization,
    request,
  }))
}

const pages: Case[] = [
  ...[HUNDRED, GRANTED, MANY].map((organization) => ({
    operation: 'page of 50 robots',
    organization,
    request: (known: Known) => api(`${organization.name}/robots?limit=50`, known),
  })),
  ...[HUNDRED, MANY].map((organization) => ({
    operation: 'page of 50 robots with permissions',
    organization,
    request: (known: Known) => api(`${organization.name}/robots?limit=50&permissions=true`, known),
  })),
  {
    operation: 'page of 50 robots with permissions',
    organization: { ...MANY, name: 'many, from the middle' },
    request: (known) =>
      api(`many/robots?limit=50&permissions=true&next_page=${known.middle}`, known),
  },
  ...[HUNDRED, MANY].map((organization) => ({
    operation: 'page of the log',
    organization,
    request: (known: Known) => api(`${organization.name}/logs`, known),
  })),
]

export const CASES: Case[] = [...[ONE, HUNDRED, GRANTED, MANY].flatMap(lookUps), ...pages]

/** The name by which the organization exists. */
export const nameOf = ({ name }: MeasuredOrganization) => name.split(',', 1)[0] ?? name
