import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { namespaceId } from '../helpers/rows.ts'
import { createImage } from './image.ts'
import { type OneAddress, startOneAddress } from './one-address.ts'
import { BAD_LOGIN, DENIED, expectDone, expectRefused } from './outcomes.ts'
import { createSkopeo, type Skopeo } from './skopeo.ts'

// How far what a federation entry gives reaches at Debian's registry, and for how long; with a robot token, and with the
// identity token itself as the password.

const USERNAME = 'acme+job'
const IMAGE = 'acme/job:1'

const time = createShiftedClock()
let place: OneAddress
let issuer: Issuer
let skopeo: Skopeo
let image: Awaited<ReturnType<typeof createImage>>

beforeAll(async () => {
  issuer = await startIssuer()
  place = await startOneAddress({ clock: time.clock })
  skopeo = await createSkopeo(place.host)
  image = await createImage()
  const owner = { username: 'acme+owner', password: await place.stage.robot('acme+owner') }
  await place.stage.robot(USERNAME)
  const robots = { 'acme+owner': 'write', [USERNAME]: 'admin' } as const
  await place.stage.repository('acme/job', { robots })
  expectDone(await skopeo.push(image.layout, IMAGE, owner))
})
afterAll(async () => {
  await image?.remove()
  await skopeo?.close()
  await place?.close()
  await issuer?.close()
})
beforeEach(() => trust({}))

async function trust(more: Partial<FederationEntry>) {
  const owner = { id: await namespaceId(place.stage.db, 'acme'), name: 'acme', robotPolicy: null }
  const entry = { issuer: issuer.issuer, subject: 'job', audiences: ['us'], ...more }
  await place.stage.services.federation.set(owner, 'job', [entry], {})
}

function identityToken() {
  const iat = Math.floor(time.clock().getTime() / 1000)
  return issuer.mint({ sub: 'job', aud: 'us', iat, exp: iat + 300 })
}

async function robotToken(): Promise<string> {
  const { body } = await exchangeOf(place.url)
    .basic(USERNAME, await identityToken())
    .expect(200)
  return body.token
}

const WAYS: [string, () => Promise<string>][] = [
  ['an identity token', identityToken],
  ['a robot token', robotToken],
]

it.each(WAYS)('logs in, pushes and pulls with %s', async (_, password) => {
  const job = { username: USERNAME, password: await password() }
  expectDone(await skopeo.login(job))
  expectDone(await skopeo.pushLoggedIn(image.layout, 'acme/job:2'))
  expectDone(await skopeo.pull('acme/job:2', job))
})

it.each(WAYS)('reaches with %s what the entry lists, at every use', async (_, password) => {
  await trust({ registry_scopes: ['repository:acme/job:pull'] })
  const job = { username: USERNAME, password: await password() }
  for (let use = 0; use < 2; use++) {
    expectDone(await skopeo.pull(IMAGE, job))
    expectRefused(await skopeo.push(image.layout, 'acme/job:3', job), DENIED)
  }
})

it.each(WAYS)('reaches nothing more with %s once the entry is edited', async (_, password) => {
  const job = { username: USERNAME, password: await password() }
  expectDone(await skopeo.pull(IMAGE, job))
  await trust({ subject: 'another job' })
  expectRefused(await skopeo.pull(IMAGE, job), BAD_LOGIN)
})

it('takes no identity token as a password where the entry does not say for whom it must be', async () => {
  await trust({ audiences: undefined })
  const job = { username: USERNAME, password: await identityToken() }
  expectRefused(await skopeo.login(job), BAD_LOGIN)
})

it('takes a robot token as long as the entry says', async () => {
  await trust({ expires_in: 120 })
  const job = { username: USERNAME, password: await robotToken() }
  expectDone(await skopeo.pull(IMAGE, job))
  time.pass(121)
  expectRefused(await skopeo.pull(IMAGE, job), BAD_LOGIN)
  time.pass(-121)
})

it.each(WAYS)(
  'lets what %s bought into the registry as long as the entry says',
  async (_, password) => {
    const tagsFor = async (expires_in: number) => {
      await trust({ expires_in })
      const login = place.stage.api.login(USERNAME, await password())
      const { body } = await login.query({ scope: 'repository:acme/job:pull' }).expect(200)
      const headers = { authorization: `Bearer ${body.token}` }
      return (await fetch(`${place.url}/v2/acme/job/tags/list`, { headers })).status
    }
    // Bought a while ago: the registry goes by a clock of its own, and is patient for a minute.
    time.pass(-130)
    const statuses = [await tagsFor(600), await tagsFor(60)]
    time.pass(130)
    expect(statuses).toEqual([200, 401])
  },
)
