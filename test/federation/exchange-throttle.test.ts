import request from 'supertest'
import { expect, it } from 'vitest'
import { bearer as bearerOf } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { startStage } from '../helpers/stage.ts'

const ATTACKER = '203.0.113.7'
const OFFICE = '198.51.100.20'
const ROBOT = 'alice+ci'
const METRICS_TOKEN = 'a-token-for-prometheus-to-show'

it('too many wrong tokens keep issuers from being asked, but no right one out whose issuer is known', async () => {
  const time = createShiftedClock()
  // Clients come by way of a proxy, which says where from.
  const config = { ...LOOPBACK, trustedProxies: ['127.0.0.1'], metricsToken: METRICS_TOKEN }
  const stage = await startStage({ config, surroundings: { clock: time.clock } })
  await stage.people('alice')
  const [known, unknown] = [await startIssuer(), await startIssuer()]
  const entries = [known, unknown].map(({ issuer }) => ({ issuer, subject: 'job' }))
  await stage.robot(ROBOT, entries)
  const exchange = (from: string, identityToken: string) =>
    exchangeOf(stage.url).basic(ROBOT, identityToken).set('x-forwarded-for', from)
  const bearer = (from: string, identityToken: string) =>
    exchangeOf(stage.url).bearer(identityToken).set('x-forwarded-for', from)
  const minted = ({ mint }: Issuer, kid?: string) => {
    const iat = Math.floor(time.clock().getTime() / 1000)
    return mint({ sub: 'job', iat, exp: iat + 300 }, kid === undefined ? {} : { header: { kid } })
  }
  const requests = () => [known, unknown].map(({ requests }) => requests.length)

  await exchange(ATTACKER, await minted(known)).expect(200)
  for (let n = 0; n < 60; n++) await exchange(ATTACKER, 'wrong').expect(401)
  const { status, body, headers } = await exchange(ATTACKER, await minted(unknown))
  expect([status, body]).toEqual([429, { error: 'Too many failed logins' }])
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  await exchange(ATTACKER, await minted(known, 'new')).expect(429)
  await exchange(ATTACKER, await minted(known)).expect(200)
  expect(requests()).toEqual([2, 0])

  // Also where the keys are no longer fresh, and for who names no robot.
  time.pass(2 * 3600)
  for (let n = 0; n < 60; n++) await exchange(ATTACKER, 'wrong').expect(401)
  for (let n = 0; n < 60; n++) await bearer(ATTACKER, 'wrong').expect(401)
  await exchange(ATTACKER, await minted(known)).expect(200)
  await bearer(ATTACKER, await minted(unknown)).expect(429)
  expect(requests()).toEqual([2, 0])

  await exchange(OFFICE, await minted(unknown)).expect(200)
  time.pass(60)
  await exchange(ATTACKER, await minted(known)).expect(200)
  expect(requests()).toEqual([4, 2])
  // Thrice an issuer was not asked; what else is slowed down has been refused before.
  const metrics = await request(stage.url).get('/metrics').set(bearerOf(METRICS_TOKEN))
  expect(metrics.text).toContain('quay_robots_exchanges_total{outcome="throttled"} 3\n')
  await Promise.all([known.close(), unknown.close(), stage.close()])
})
