import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { basic } from '../helpers/api.ts'
import { federate } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { auditEntries } from '../helpers/rows.ts'
import { startService } from '../helpers/service.ts'
import { type Credentials, createClients, type RegistryClient } from './clients.ts'
import { startContainerd } from './containerd.ts'
import { createImage, createIndex, type Image } from './image.ts'
import { type OneAddress, startOneAddress } from './one-address.ts'
import type { Outcome } from './processes.ts'

// The address that service and registry share, and each registry client through it.

const goPrograms = inject('goPrograms')
const hasContainerd = inject('hasContainerd')

let place: OneAddress
let image: Image
let index: Image
let issuer: Issuer
let clients: Record<string, RegistryClient>
const closes: (() => Promise<void>)[] = []

beforeAll(async () => {
  place = await startOneAddress()
  closes.push(place.close)
  image = await createImage()
  index = await createIndex()
  issuer = await startIssuer()
  closes.push(image.remove, index.remove, issuer.close)
  if (goPrograms) {
    const { close, ...created } = await createClients(place.host, goPrograms)
    clients = { ...clients, ...created }
    closes.push(close)
  }
  if (hasContainerd) {
    const { client, close } = await startContainerd(place.host)
    clients = { ...clients, containerd: client }
    closes.push(close)
  }
})
afterAll(async () => {
  for (const close of closes.reverse()) await close()
})

describe('the front', () => {
  it('sends the token endpoint to the service, and the rest of /v2/ to the registry', async () => {
    const ping = await fetch(`${place.url}/v2/`)
    expect(ping.status).toBe(401)
    expect(ping.headers.get('docker-distribution-api-version')).toBe('registry/2.0')
    expect(ping.headers.get('www-authenticate')).toContain(`realm="${place.url}/v2/auth"`)
    const login = await fetch(`${place.url}/v2/auth`)
    expect(login.status).toBe(401)
    expect(login.headers.get('x-request-id')).toBeTruthy()
  })

  it.each([
    '/live',
    '/health/instance',
    '/openapi.json',
    '/api/v1/discovery',
    '/.well-known/jwks.json',
    '/.well-known/oauth-authorization-server',
    '/.well-known/registry-ca.pem',
  ])('sends %s to the service', async (path) => {
    const { status, headers } = await fetch(place.url + path)
    expect(status).toBe(200)
    expect(headers.get('x-request-id')).toBeTruthy()
  })

  it('tells the service the address of the caller, not one that the caller makes up', async () => {
    const password = await place.stage.robot('acme+seen')
    const headers = { ...basic('acme+seen', password), 'x-forwarded-for': '192.0.2.66' }
    expect((await fetch(`${place.url}/v2/auth`, { headers })).status).toBe(200)
    const addresses = async () => {
      const entries = await auditEntries(place.stage.db)
      return entries.filter(({ ip }) => ip !== null).map(({ ip }) => ip)
    }
    await expect.poll(addresses).toContain('127.0.0.1')
    expect(await addresses()).not.toContain('192.0.2.66')
  })
})

const expectDone = ({ status, stdout, stderr }: Outcome) =>
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 })

const REFUSED = /denied|unauthorized|insufficient_scope|unexpected status.* 40[13]/i
function expectRefused({ status, stdout, stderr }: Outcome) {
  expect(status).toBeGreaterThan(0)
  expect(stdout + stderr).toMatch(REFUSED)
}

/** A new robot of acme with a role in new private repositories: of its own name, and more. */
async function robotWith(
  name: string,
  role: 'read' | 'write',
  ...more: string[]
): Promise<Credentials> {
  const username = `acme+${name}`
  const password = await place.stage.robot(username)
  for (const path of [name, ...more]) {
    await place.stage.repository(`acme/${path}`, { robots: { [username]: role } })
  }
  return { username, password }
}

const ALL = [
  ...(goPrograms ? ['crane', 'oras', 'regctl'] : []),
  ...(hasContainerd ? ['containerd'] : []),
]
describe.each(ALL)('%s', (name) => {
  const client = () => clients[name] as RegistryClient

  it('pushes and pulls', async () => {
    const robot = await robotWith(`${name}-writer`, 'write')
    expectDone(await client().push(image.layout, `acme/${name}-writer:1`, robot))
    expectDone(await client().pull(`acme/${name}-writer:1`, robot))
  })

  it('pushes and pulls an index', async () => {
    const robot = await robotWith(`${name}-index`, 'write')
    expectDone(await client().push(index.layout, `acme/${name}-index:1`, robot))
    expectDone(await client().pull(`acme/${name}-index:1`, robot))
  })

  it('is refused with a wrong password', async () => {
    const robot = await robotWith(`${name}-mistyped`, 'write')
    const mistyped = { ...robot, password: `${robot.password.slice(0, -1)}!` }
    expectRefused(await client().push(image.layout, `acme/${name}-mistyped:1`, mistyped))
    expectRefused(await client().pull(`acme/${name}-mistyped:1`, mistyped))
  })

  it('is refused what its robot has no role for', async () => {
    const writer = await robotWith(`${name}-owner`, 'write')
    expectDone(await client().push(image.layout, `acme/${name}-owner:1`, writer))
    const stranger = await robotWith(`${name}-reader`, 'read')
    expectRefused(await client().pull(`acme/${name}-owner:1`, stranger))
    expectRefused(await client().push(image.layout, `acme/${name}-reader:1`, stranger))
    expectRefused(await client().pull(`acme/${name}-owner:1`))
  })

  it('pulls a public repository without credentials, and may not push there', async () => {
    const username = `acme+${name}-publisher`
    const publisher = { username, password: await place.stage.robot(username) }
    const robots = { [publisher.username]: 'write' as const }
    await place.stage.repository(`acme/${name}-public`, { robots }, 'public')
    expectDone(await client().push(image.layout, `acme/${name}-public:1`, publisher))
    expectDone(await client().pull(`acme/${name}-public:1`))
    expectRefused(await client().push(image.layout, `acme/${name}-public:2`))
  })

  it('makes a repository by a push', async () => {
    const username = `acme+${name}-maker`
    const maker = { username, password: await place.stage.robot(username) }
    const members = [maker.username]
    await place.stage.team('acme', { name: `${name}-makers`, role: 'creator', members })
    expectDone(await client().push(image.layout, `acme/made/by-${name}:1`, maker))
    expectDone(await client().pull(`acme/made/by-${name}:1`, maker))
  })

  it('works with a federated token until that has expired', async () => {
    const { username } = await robotWith(`${name}-federated`, 'write')
    const password = await federate(place.stage, username, issuer)
    expectDone(
      await client().push(image.layout, `acme/${name}-federated:1`, { username, password }),
    )
    const expired = { username, password: await tokenOfYesterday(username) }
    expectRefused(await client().pull(`acme/${name}-federated:1`, expired))
    expectRefused(await client().push(image.layout, `acme/${name}-federated:2`, expired))
  })
})

/** For a robot that is federated with the issuer already. */
async function tokenOfYesterday(robot: string): Promise<string> {
  const then = () => new Date(Date.now() - 24 * 3600 * 1000)
  const { config, database } = place.stage
  const earlier = await startService({
    database,
    config,
    surroundings: { clock: then },
  })
  onTestFinished(() => earlier.close())
  const iat = Math.floor(then().getTime() / 1000)
  const identity = await issuer.mint({ sub: 'repo:acme/web', iat, exp: iat + 300 })
  const { address, port } = earlier.app.server.address() as { address: string; port: number }
  const url = `http://${address}:${port}/oauth2/federation/robot/token`
  const answer = await fetch(url, { headers: basic(robot, identity) })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { token: string }).token
}

describe.each(goPrograms ? ['oras', 'regctl'] : [])('%s', (name) => {
  const client = () => clients[name] as Required<RegistryClient>

  it('logs in, and only with the right password', async () => {
    const robot = await robotWith(`${name}-login`, 'read')
    expectDone(await client().login(robot))
    expectRefused(await client().login({ ...robot, password: 'wrong' }))
  })

  it('attaches an artifact to an image, and finds it', async () => {
    const robot = await robotWith(`${name}-subject`, 'write')
    const subject = `acme/${name}-subject:1`
    expectDone(await client().push(image.layout, subject, robot))
    expect((await client().attached(subject, robot)).stdout).not.toContain('application/x.test')
    expectDone(await client().attach(subject, robot))
    const found = await client().attached(subject, robot)
    expectDone(found)
    expect(found.stdout).toContain('application/x.test')
  })
})

describe.each(goPrograms ? ['crane', 'oras', 'regctl'] : [])('%s', (name) => {
  it('copies an index to another repository without sending its layers again', async () => {
    const client = clients[name] as Required<RegistryClient>
    const robot = await robotWith(`${name}-source`, 'write', `${name}-target`)
    expectDone(await client.push(index.layout, `acme/${name}-source:1`, robot))
    expectDone(await client.copy(`acme/${name}-source:1`, `acme/${name}-target:1`, robot))
    expectDone(await client.pull(`acme/${name}-target:1`, robot))
    const mounts = place
      .registryLog()
      .split('\n')
      .filter((line) => /"POST \/v2\/\S+[?&]mount=\S+ HTTP\/1\.1" 201 /.test(line))
      .filter((line) => line.includes(`/v2/acme/${name}-target/`))
    expect(mounts.length).toBeGreaterThanOrEqual(2)
  })
})

describe.each(goPrograms ? [goPrograms] : [])('over https', (programs) => {
  it('crane logs in, pushes and pulls', async () => {
    const secure = await startOneAddress({ scheme: 'https' })
    onTestFinished(secure.close)
    const { crane, close } = await createClients(secure.host, programs, secure.authority)
    onTestFinished(close)
    const robot = { username: 'acme+ci', password: await secure.stage.robot('acme+ci') }
    await secure.stage.repository('acme/app', { robots: { 'acme+ci': 'write' } })
    expectDone(await crane.push(image.layout, 'acme/app:1', robot))
    expectDone(await crane.pull('acme/app:1', robot))
    expectRefused(await crane.pull('acme/app:1'))
  })
})
