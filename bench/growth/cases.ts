import type { Request } from '../load/requests.ts'
import { REGISTRY_SERVICE } from '../operations.ts'
import type { MeasuredOrganization } from './fill.ts'

const ONE = { name: 'one', robots: 1, grants: 1 }
const TWO = { name: 'two', robots: 2, grants: 1 }
const HUNDRED = { name: 'hundred', robots: 100, grants: 1 }
const GRANTED = { name: 'granted', robots: 100, grants: 200 }
const MANY = { name: 'many', robots: 10_000, grants: 1 }
/** Robots are created and regenerated in these, where nothing else is measured. */
const FEW_WRITTEN = { name: 'written', robots: 1, grants: 1 }
const MANY_WRITTEN = { name: 'manywritten', robots: 10_000, grants: 1 }

/** The organizations that are measured in a database of so many robots. */
export const organizationsIn = (robots: number): MeasuredOrganization[] =>
  [ONE, TWO, HUNDRED, GRANTED, MANY, FEW_WRITTEN, MANY_WRITTEN].filter(
    (one) => one.robots * 5 <= robots,
  )

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
  /** Of a right answer; 200 if it is not given. */
  status?: number
  /** The path of what the request with this number made, to be deleted before the next measurement. */
  made?: (number: number) => string
}

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

const api = (path: string, { apiToken }: Known, method = 'GET'): Request => ({
  method,
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
      get(`/v2/auth?service=${REGISTRY_SERVICE}&scope=${scope}`, basic(`${name}+robot0`, password)),
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
  ...[TWO, HUNDRED, MANY].map((organization) => ({
    operation: 'page of 2 robots with permissions',
    organization,
    request: (known: Known) => api(`${organization.name}/robots?limit=2&permissions=true`, known),
  })),
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

const writes: Case[] = [FEW_WRITTEN, MANY_WRITTEN].flatMap((organization) => {
  const robots = `${organization.name}/robots`
  return [
    {
      operation: 'create robot',
      organization,
      status: 201,
      request: (known: Known) => api(`${robots}/made{n}`, known, 'PUT'),
      made: (number: number) => `/api/v1/organization/${robots}/made${number}`,
    },
    {
      operation: 'regenerate token',
      organization,
      status: 201,
      request: (known: Known) => api(`${robots}/robot0/regenerate`, known, 'POST'),
    },
  ]
})

export const CASES: Case[] = [
  ...[ONE, HUNDRED, GRANTED, MANY].flatMap(lookUps),
  ...pages,
  ...writes,
]

/** The name by which the organization exists. */
export const nameOf = ({ name }: MeasuredOrganization) => name.split(',', 1)[0] ?? name
