import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { basic, type Client } from '../helpers/api.ts'
import { federate } from '../helpers/federation.ts'
import { startIssuer } from '../helpers/issuer.ts'
import { setEnabled } from '../helpers/rows.ts'
import { PASSWORD, startService } from '../helpers/service.ts'
import type { Stage } from '../helpers/stage.ts'
import { createImage } from './image.ts'
import { type OneAddress, startOneAddress } from './one-address.ts'
import { BAD_LOGIN, DENIED, expectDone, expectRefused } from './outcomes.ts'
import { createSkopeo, type Skopeo } from './skopeo.ts'

// Debian's registry, which is given the service's certificate at its start, and a client as people use it.

let place: OneAddress
let stage: Stage
let skopeo: Skopeo
let image: Awaited<ReturnType<typeof createImage>>
let alice: Client

beforeAll(async () => {
  place = await startOneAddress()
  stage = place.stage
  alice = await stage.client('alice', 'org:admin', 'user:admin', 'repo:admin')
  skopeo = await createSkopeo(place.host)
  image = await createImage()
})
afterAll(async () => {
  await image?.remove()
  await skopeo?.close()
  await place?.close()
})

/** A new robot of acme with a role in a new private repository of the same name. */
async function robotWith(name: string, role: 'read' | 'write' | 'admin') {
  const password = await stage.robot(`acme+${name}`)
  await stage.repository(`acme/${name}`, { robots: { [`acme+${name}`]: role } })
  return { username: `acme+${name}`, password }
}

async function regenerate(name: string): Promise<string> {
  const path = `/api/v1/organization/acme/robots/${name}/regenerate`
  return (await alice.post(path).expect(201)).body.token
}

it('logs in, pushes, pulls and deletes as a robot that administers the repository', async () => {
  const robot = await robotWith('builder', 'admin')
  expectDone(await skopeo.login(robot))
  expectDone(await skopeo.pushLoggedIn(image.layout, 'acme/builder:1'))
  expectDone(await skopeo.pull('acme/builder:1', robot))
  expectDone(await skopeo.delete('acme/builder:1', robot))
  expect((await skopeo.pull('acme/builder:1', robot)).stderr).toMatch(/manifest unknown/)
})

it.each(['docker-config', 'podman-auth'])(
  'pushes with the auth file that the service prints: %s',
  async (format) => {
    await robotWith(format, 'write')
    const path = `/api/v1/organization/acme/robots/${format}/credentials?format=${format}`
    const { text } = await alice.get(path).expect(200)
    const file = join(image.layout, `${format}.json`)
    await writeFile(file, text)
    expectDone(await skopeo.pushLoggedIn(image.layout, `acme/${format}:1`, file))
  },
)

it('refuses to log in with a wrong password, or as a robot that does not exist', async () => {
  const robot = await robotWith('mistyped', 'write')
  expectRefused(await skopeo.login({ ...robot, password: `${robot.password}X` }), BAD_LOGIN)
  expectRefused(await skopeo.login({ ...robot, username: 'acme+nobody' }), BAD_LOGIN)
})

it('lets a robot with the role write push and pull, and delete nothing', async () => {
  const robot = await robotWith('writer', 'write')
  expectDone(await skopeo.push(image.layout, 'acme/writer:1', robot))
  expectDone(await skopeo.pull('acme/writer:1', robot))
  expect((await skopeo.delete('acme/writer:1', robot)).status).toBe(1)
  expectDone(await skopeo.pull('acme/writer:1', robot))
})

it('lets a robot with the role read pull, and refuses its push', async () => {
  const writer = await robotWith('source', 'write')
  expectDone(await skopeo.push(image.layout, 'acme/source:1', writer))
  const password = await stage.robot('acme+reader')
  await stage.team('acme', { name: 'readers', role: 'member', members: ['acme+reader'] })
  const grant = '/api/v1/repository/acme/source/permissions/team/readers'
  await alice.put(grant, { role: 'read' }).expect(200)
  const reader = { username: 'acme+reader', password }
  expectDone(await skopeo.pull('acme/source:1', reader))
  expectRefused(await skopeo.push(image.layout, 'acme/source:2', reader), DENIED)
})

it('refuses to let a robot pull what it has no role in', async () => {
  const owner = await robotWith('private', 'write')
  expectDone(await skopeo.push(image.layout, 'acme/private:1', owner))
  const stranger = await robotWith('stranger', 'admin')
  expectRefused(await skopeo.pull('acme/private:1', stranger), DENIED)
  expectRefused(await skopeo.pull('acme/private:1'), DENIED)
})

it('lets everybody pull a public repository, and nobody without a role push', async () => {
  const password = await stage.robot('acme+publisher')
  const publisher = { username: 'acme+publisher', password }
  await stage.repository('acme/public', { robots: { 'acme+publisher': 'write' } }, 'public')
  expectDone(await skopeo.push(image.layout, 'acme/public:1', publisher))
  expectDone(await skopeo.pull('acme/public:1'))
  expectDone(await skopeo.pull('acme/public:1', { username: 'bob', password: PASSWORD }))
  expectRefused(await skopeo.push(image.layout, 'acme/public:2'), DENIED)
  const bob = { username: 'bob', password: PASSWORD }
  expectRefused(await skopeo.push(image.layout, 'acme/public:2', bob), DENIED)
})

it('refuses the old token once the robot is regenerated, and takes the new one', async () => {
  const robot = await robotWith('regenerated', 'write')
  expectDone(await skopeo.push(image.layout, 'acme/regenerated:1', robot))
  const password = await regenerate('regenerated')
  expectRefused(await skopeo.pull('acme/regenerated:1', robot), BAD_LOGIN)
  expectDone(await skopeo.pull('acme/regenerated:1', { ...robot, password }))
})

it('refuses a robot that was deleted', async () => {
  const robot = await robotWith('deleted', 'write')
  expectDone(await skopeo.push(image.layout, 'acme/deleted:1', robot))
  await alice.delete('/api/v1/organization/acme/robots/deleted').expect(204)
  expectRefused(await skopeo.login(robot), BAD_LOGIN)
  expectRefused(await skopeo.pull('acme/deleted:1', robot), BAD_LOGIN)
})

it('refuses a robot while its owner is disabled', async () => {
  const robot = await robotWith('owned', 'write')
  expectDone(await skopeo.push(image.layout, 'acme/owned:1', robot))
  await setEnabled(stage.db, 'acme', false)
  try {
    expectRefused(await skopeo.pull('acme/owned:1', robot), BAD_LOGIN)
  } finally {
    await setEnabled(stage.db, 'acme', true)
  }
  expectDone(await skopeo.pull('acme/owned:1', robot))
})

it('takes a token from the federation endpoint until the robot is regenerated', async () => {
  const robot = await robotWith('federated', 'write')
  const issuer = await startIssuer()
  onTestFinished(issuer.close)
  const federated = { ...robot, password: await federate(stage, 'acme+federated', issuer) }
  expectDone(await skopeo.login(federated))
  expectDone(await skopeo.push(image.layout, 'acme/federated:1', federated))
  await regenerate('federated')
  expectRefused(await skopeo.pull('acme/federated:1', federated), BAD_LOGIN)
})

it('creates a repository for a robot that may create them', async () => {
  const password = await stage.robot('acme+maker')
  await stage.team('acme', { name: 'makers', role: 'creator', members: ['acme+maker'] })
  const maker = { username: 'acme+maker', password }
  expectDone(await skopeo.push(image.layout, 'acme/made/by-push:1', maker))
  expectDone(await skopeo.pull('acme/made/by-push:1', maker))
  expectRefused(await skopeo.pull('acme/made/by-push:1'), DENIED)
})

it('goes on when the signing key is rotated, without a word to the registry', async () => {
  const robot = await robotWith('rotated', 'write')
  expectDone(await skopeo.push(image.layout, 'acme/rotated:1', robot))
  const before = await bearerFor(robot, stage.url)
  const { kid } = await stage.services.keyRotation.rotate({})
  // It signs two minutes later. They pass for a server that starts then; the registry has a clock of its own.
  const createdAt = new Date(Date.now() - 180_000)
  await stage.db.signingKey.updateMany({ where: { kid }, data: { createdAt } })
  const { tokenIssuer, registryService } = stage.config
  const later = await startService({
    database: stage.database,
    config: { tokenIssuer, registryService },
  })
  onTestFinished(later.close)
  const after = await bearerFor(robot, later.url)
  expect(keyOf(after)).toBe(kid)
  expect(keyOf(before)).not.toBe(kid)

  // A push that began before the rotation goes on with its token; the next one brings the new key.
  for (const bearer of [before, after]) expect(await tagsWith(bearer)).toBe(200)
  expectDone(await skopeo.push(image.layout, 'acme/rotated:2', robot))
  expectDone(await skopeo.pull('acme/rotated:2', robot))

  async function bearerFor({ username, password }: typeof robot, url: string): Promise<string> {
    const query = 'scope=repository:acme/rotated:pull'
    const answer = await fetch(`${url}/v2/auth?${query}`, { headers: basic(username, password) })
    return ((await answer.json()) as { token: string }).token
  }
  async function tagsWith(bearer: string): Promise<number> {
    const url = `${place.url}/v2/acme/rotated/tags/list`
    return (await fetch(url, { headers: { authorization: `Bearer ${bearer}` } })).status
  }
})

const keyOf = (token: string) => decodeProtectedHeader(token).kid
