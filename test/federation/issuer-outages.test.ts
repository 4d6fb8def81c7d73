import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import type { Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { type Issuer, json, keysPath, startIssuer, status } from '../helpers/issuer.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// An issuer that fails while its keys of before serve: jobs notice nothing for a day, and the owner is told in time.

const HOUR = 3_600
const ROBOT = 'acme+ci'

const time = createShiftedClock()
let stage: Stage
let issuer: Issuer
let alice: Client

beforeAll(async () => {
  issuer = await startIssuer()
  stage = await startStage({
    config: { oidcAllowedHosts: parseAllowedHosts(['127.0.0.1']) },
    surroundings: { clock: time.clock },
  })
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot(ROBOT, [{ issuer: issuer.issuer, subject: 'job', audiences: ['us'] }])
})
afterAll(async () => {
  await stage?.close()
  await issuer?.close()
})

async function exchange(key = issuer.key, answer = 200) {
  const iat = Math.floor(time.clock().getTime() / 1000)
  const token = await issuer.mint({ sub: 'job', aud: 'us', iat, exp: iat + 300 }, { key })
  await exchangeOf(stage.url).basic(ROBOT, token).expect(answer)
  await stage.services.settled()
}

/** What the owner reads of it: the count, and what the query beside that lists. */
async function told() {
  alice = await stage.client('alice', 'org:admin')
  const { body } = await alice.get('/api/v1/organization/acme/attention').expect(200)
  const { count, query, issuers } = body.issuer_failures
  const { logs } = (await alice.get(query).expect(200)).body
  return { count, issuers, metadata: logs.map((one: { metadata: object }) => one.metadata) }
}

it('needs attention, says until when they serve, and needs none once it answers again', async () => {
  await exchange()
  const until = time.clock().getTime() + 24 * HOUR * 1000
  time.pass(HOUR)
  issuer.answer(keysPath, status(500))
  await exchange()

  const { count, issuers, metadata } = await told()
  expect([count, issuers]).toEqual([1, [{ issuer: issuer.issuer, count: 1 }]])
  expect(metadata).toEqual([
    {
      ...{ issuer: issuer.issuer, fault: 'status' },
      message: expect.stringMatching(/ \(status\)$/),
      known_keys_serve_until: expect.any(String),
    },
  ])
  expect(Math.abs(Date.parse(metadata[0].known_keys_serve_until) - until)).toBeLessThan(60_000)

  issuer.answer(keysPath, json({ keys: [issuer.key.publicJwk] }))
  time.pass(31)
  await exchange()
  time.pass(61)
  await exchange()
  expect((await told()).count).toBe(1)
})

it('tells of a token with a new key apart from those that keys of before prove in the same minute', async () => {
  const { count } = await told()
  time.pass(HOUR)
  issuer.answer(keysPath, status(500))
  await exchange()
  await exchange(await createSigningKey('ES256', 'second'), 503)
  await exchange()
  const { metadata } = await told()
  const added = metadata.slice(0, -count)
  expect(added.map((one: object) => 'known_keys_serve_until' in one).toSorted()).toEqual([
    false,
    true,
  ])
})
