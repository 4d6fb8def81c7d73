import type { BenchIssuer } from './issuer.ts'

// What the measured operations are about, made through the service's own API.

const ROBOTS = 100
const WRITTEN_ROBOTS = 200
const FEDERATED_ROBOTS = 20
const TEAMS = ['readers', 'writers']
const REPOSITORIES = ['web', 'api', 'db', 'docs', 'cache']

export interface Robot {
  name: string
  token: string
}

export interface World {
  /** An API token with every scope, of the administrator of the organizations. */
  apiToken: string
  /** Of `acme`: each in both teams, with a role in three repositories. */
  robots: Robot[]
  /** Of `written`. */
  writtenRobots: Robot[]
  /** Identity tokens for the first robots of `acme`. */
  identities: { robot: string; identityToken: string }[]
  /** Short-lived tokens of these. */
  robotTokens: string[]
}

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

type Call = (method: string, path: string, body?: unknown) => Promise<Record<string, never>>

/** The first user, a superuser. */
export const USER = { username: 'bench', password: 'correct-horse-battery' }

/** Calls the service; any refusal is an error. */
function callerOf(url: string, authorization?: string): Call {
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }
}

export const bearerCall = (url: string, apiToken: string) => callerOf(url, `Bearer ${apiToken}`)
export const basicCall = (url: string, user: string, password: string) =>
  callerOf(url, basic(user, password))

export async function createAccounts(url: string, organizations: string[]): Promise<string> {
  const initialize = { ...USER, email: 'b@example.com', access_token: true }
  const answer = await callerOf(url)('POST', '/api/v1/user/initialize', initialize)
  const apiToken = answer.access_token ?? ''
  const call = bearerCall(url, apiToken)
  for (const name of organizations) await call('POST', '/api/v1/organization/', { name })
  return apiToken
}

export async function createWorld(url: string, { issuer, mint }: BenchIssuer): Promise<World> {
  const apiToken = await createAccounts(url, ['acme', 'written'])
  const call = bearerCall(url, apiToken)
  const createRobot = async (organization: string, name: string): Promise<Robot> => {
    const path = `/api/v1/organization/${organization}/robots/${name}`
    const robot = await call('PUT', path, { description: `the robot ${name}` })
    return { name: robot.name ?? '', token: robot.token ?? '' }
  }
  const robots = await Promise.all(namesOf(ROBOTS).map((name) => createRobot('acme', name)))
  await grantAll(call, robots)

  const identities = []
  for (const { name } of robots.slice(0, FEDERATED_ROBOTS)) {
    const shortName = name.split('+')[1]
    const subject = `repo:acme/${shortName}`
    const path = `/api/v1/organization/acme/robots/${shortName}/federation`
    await call('POST', path, [{ issuer, subject, audiences: ['bench'] }])
    identities.push({ robot: name, identityToken: await mint(subject) })
  }
  return {
    apiToken,
    robots,
    writtenRobots: await Promise.all(
      namesOf(WRITTEN_ROBOTS).map((name) => createRobot('written', name)),
    ),
    identities,
    robotTokens: await Promise.all(
      identities.map(async ({ robot, identityToken }) => {
        const exchange = basicCall(url, robot, identityToken)
        return (await exchange('GET', '/oauth2/federation/robot/token')).token ?? ''
      }),
    ),
  }
}

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `robot${index}`)

async function grantAll(call: Call, robots: Robot[]) {
  for (const repository of REPOSITORIES) {
    const details = { namespace: 'acme', repository, visibility: 'private', description: '' }
    await call('POST', '/api/v1/repository', details)
  }
  for (const team of TEAMS) {
    await call('PUT', `/api/v1/organization/acme/team/${team}`, { role: 'member' })
    for (const { name } of robots) {
      await call('PUT', `/api/v1/organization/acme/team/${team}/members/${name}`)
    }
  }
  for (const [index, { name }] of robots.entries()) {
    for (const offset of [0, 1, 2]) {
      const repository = REPOSITORIES[(index + offset) % REPOSITORIES.length]
      const path = `/api/v1/repository/acme/${repository}/permissions/user/${name}`
      await call('PUT', path, { role: offset === 0 ? 'write' : 'read' })
    }
  }
}
