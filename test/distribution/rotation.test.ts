import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { apiOf, type Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { createImage } from './image.ts'
import { type OneAddress, startOneAddress } from './one-address.ts'
import { BAD_LOGIN, expectDone, expectRefused } from './outcomes.ts'
import { type Credentials, createSkopeo, type Skopeo } from './skopeo.ts'

// A secret is rotated while a cluster pulls from Debian's registry, with two servers on one database: no pull fails, and once
// the old one has ended neither server takes it.

const USERNAME = 'acme+cluster'
const IMAGE = 'acme/cluster:1'
const ROBOT = '/api/v1/organization/acme/robots/cluster'

const time = createShiftedClock()
let place: OneAddress
let skopeo: Skopeo
let image: Awaited<ReturnType<typeof createImage>>
let alice: Client
let old: Credentials

beforeAll(async () => {
  place = await startOneAddress({ clock: time.clock, servers: 2 })
  skopeo = await createSkopeo(place.host)
  image = await createImage()
  const password = await place.stage.robot(USERNAME)
  await place.stage.repository('acme/cluster', { robots: { [USERNAME]: 'write' } })
  expectDone(await skopeo.push(image.layout, IMAGE, { username: USERNAME, password }))
  alice = apiOf(place.url).as(await place.stage.token('alice', ['org:admin']))
})
afterAll(async () => {
  await image?.remove()
  await skopeo?.close()
  await place?.close()
})
beforeEach(async () => {
  old = await rotate('')
})

/** @returns the new secret */
async function rotate(query: string): Promise<Credentials> {
  const { body } = await alice.post(`${ROBOT}/regenerate${query}`).expect(201)
  return { username: USERNAME, password: body.token }
}

/** One pull after the other. */
async function pulls(count: number, credentials: Credentials) {
  const outcomes = []
  for (let n = 0; n < count; n++) outcomes.push(await skopeo.pull(IMAGE, credentials))
  return outcomes
}

const logIns = ({ username, password }: Credentials) =>
  Promise.all(place.urls.map(async (url) => (await apiOf(url).login(username, password)).status))

it.each([
  ['its grace', async () => time.pass(51)],
  [
    'its deletion',
    async () => {
      const { body } = await alice.get(`${ROBOT}/secrets`).expect(200)
      await alice.delete(`${ROBOT}/secrets/${body.secrets[1].id}`).expect(204)
    },
  ],
])('no pull fails across a rotation; the old secret ends everywhere with %s', async (_, end) => {
  const before = pulls(6, old)
  // The registry has a clock of its own, and bears a minute.
  const next = await rotate('?grace=50s')
  for (const outcome of [...(await before), ...(await pulls(4, next))]) expectDone(outcome)
  expect([await logIns(old), await logIns(next)]).toEqual([
    [200, 200],
    [200, 200],
  ])
  await end()
  expect([await logIns(old), await logIns(next)]).toEqual([
    [401, 401],
    [200, 200],
  ])
  expectRefused(await skopeo.pull(IMAGE, old), BAD_LOGIN)
  for (const outcome of await pulls(3, next)) expectDone(outcome)
})
