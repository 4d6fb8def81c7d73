import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { countOf, METRICS_TOKEN } from '../helpers/metrics.ts'
import { startStage } from '../helpers/stage.ts'

const ATTACKER = '203.0.113.7'
const OFFICE = '198.51.100.20'
const ROBOT = 'alice+ci'

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
  expect(await countOf(stage.url, 'quay_robots_exchanges_total{outcome="throttled"}')).toBe(3)
  await Promise.all([known.close(), unknown.close(), stage.close()])
})

it('forgeries are counted also while the issuer is not asked for newer keys, and say nothing of it', async () => {
  let log = ''
  const write = (chunk: Buffer, _: string, done: () => void) => {
    log += chunk
    done()
  }
  const config = { ...LOOPBACK, metricsToken: METRICS_TOKEN }
  const stage = await startStage({ config, log: new Writable({ write }) })
  await stage.people('alice')
  const issuer = await startIssuer()
  await stage.robot(ROBOT, [{ issuer: issuer.issuer, subject: 'job' }])
  const good = await issuer.mint({ sub: 'job' })
  const [header, claims] = good.split('.')
  const forged = `${header}.${claims}.${'A'.repeat(86)}`
  const send = async (token: string) => {
    const { status, headers } = await exchangeOf(stage.url).basic(ROBOT, token)
    return [status, Number(headers['retry-after']) > 0]
  }
  expect(await send(good)).toEqual([200, false])
  expect(await send(forged)).toEqual([401, false])
  for (let n = 1; n < 60; n++) expect(await send(forged)).toEqual([503, true])
  expect(await send(forged)).toEqual([429, true])
  expect(await send(good)).toEqual([200, false])

  const exchanges = (outcome: string) =>
    countOf(stage.url, `quay_robots_exchanges_total{outcome="${outcome}"}`)
  expect(await exchanges('issuer_unavailable')).toBe(0)
  expect(await exchanges('invalid_token')).toBe(61)
  expect(log).not.toContain('is not among those known')
  await stage.services.settled()
  expect(await stage.db.auditEntry.count({ where: { kind: 'login_failure' } })).toBe(10)
  await Promise.all([issuer.close(), stage.close()])
})
