import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { exchangeOf, storeEntry } from '../helpers/federation.ts'
import { startIssuer } from '../helpers/issuer.ts'
import { createMint, createSigningKey, type Mint } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { webhookStage } from './webhook-stage.ts'

// When webhooks are told that exchanges fail.

/** Nobody knows the name of any issuer. */
const lookup = () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))
const { time, options, stage, receiver, webhook, deliver, verified } = webhookStage({
  issuerNetwork: { lookup },
})

const ISSUER = 'https://gone.example'
const HOUR = 3_600

let mint: Mint
/** Another server on the same database. */
let other: Stage
beforeAll(async () => {
  mint = createMint(ISSUER, await createSigningKey('ES256', 'k1'))
  other = await startStage({ ...options, database: stage().database })
})
afterAll(() => other.close())

let secret: string
beforeEach(async () => {
  await stage().robot('acme+ci')
  ;({ secret } = await webhook(['exchange.failing']))
  // To the beginning of an hour.
  time.pass(HOUR - (time.seconds() % HOUR))
})

async function fail(status: number, url = stage().url, robot = 'acme+ci') {
  await exchangeOf(url)
    .basic(robot, await mint({ sub: 'build' }))
    .expect(status)
  await stage().services.settled()
}

/** What was received of what came since the last time. */
async function told() {
  const before = receiver().received.length
  await deliver()
  return receiver()
    .received.slice(before)
    .map((one) => verified(secret, one))
}

it('a robot whose exchanges are refused is told of at the third in an hour, and once in each hour', async () => {
  await fail(401)
  await fail(401)
  expect(await told()).toEqual([])
  await fail(401)
  expect(await told()).toEqual([
    {
      type: 'exchange.failing',
      timestamp: expect.any(String),
      data: {
        ...{ namespace: 'acme', performer: null, ip: '127.0.0.1' },
        ...{ robot: 'acme+ci', issuer: null, code: 'not_configured' },
        message: expect.stringContaining('federated login'),
      },
    },
  ])
  await fail(401)
  expect(await told()).toEqual([])
  time.pass(HOUR - 60)
  await fail(401)
  expect(await told()).toEqual([])
  time.pass(60)
  await fail(401)
  expect(await told()).toMatchObject([{ data: { robot: 'acme+ci' } }])
})

it('one that is refused now and then is not told of, nor one by its neighbour, nor for its secret', async () => {
  await stage().robot('acme+other')
  for (let n = 0; n < 4; n++) {
    await fail(401)
    await fail(401, stage().url, 'acme+other')
    await stage().api.login('acme+ci', 'wrong').expect(401)
    time.pass(HOUR)
  }
  expect(await told()).toEqual([])
})

it('an issuer that gives no keys is told of once, however many robots and servers it fails for', async () => {
  await stage().robot('acme+other')
  for (const robot of ['acme+ci', 'acme+other']) {
    await storeEntry(stage().db, robot, { issuer: ISSUER, subject: 'build', audiences: ['us'] })
  }
  for (let n = 0; n < 4; n++) {
    for (const robot of ['acme+ci', 'acme+other']) await fail(503, stage().url, robot)
    time.pass(61)
  }
  expect(await told()).toMatchObject([
    { data: { namespace: 'acme', performer: null, robot: null, issuer: ISSUER, code: 'dns' } },
  ])
})

it('an issuer whose keys of before serve is told of when an exchange fails for it, and no sooner', async () => {
  const issuer = await startIssuer()
  await storeEntry(stage().db, 'acme+ci', {
    ...{ issuer: issuer.issuer, subject: 'build', audiences: ['us'] },
  })
  const exchange = async (status: number) => {
    const iat = time.seconds()
    const token = await issuer.mint({ sub: 'build', aud: 'us', iat, exp: iat + 300 })
    await exchangeOf(stage().url).basic('acme+ci', token).expect(status)
    await stage().services.settled()
  }
  await exchange(200)
  time.pass(HOUR)
  await issuer.close()
  for (let n = 0; n < 4; n++) {
    await exchange(200)
    time.pass(61)
  }
  expect(await told()).toEqual([])
  time.pass(24 * HOUR)
  for (let n = 0; n < 3; n++) {
    await exchange(503)
    time.pass(61)
  }
  expect(await told()).toMatchObject([{ data: { robot: null, issuer: issuer.issuer } }])
})

it('servers that see the third at once tell of it once', async () => {
  await fail(401)
  await fail(401, other.url)
  await Promise.all([fail(401), fail(401, other.url)])
  expect(await told()).toHaveLength(1)
})
