import { afterAll, beforeAll, expect, it } from 'vitest'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, keysPath, silence, startIssuer } from '../helpers/issuer.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const ROBOT = 'alice+ci'

const time = createShiftedClock()
let stage: Stage
let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
  stage = await startStage({
    // Five may wait for issuers.
    config: { ...LOOPBACK, maxRequests: 10 },
    surroundings: { clock: time.clock, issuerNetwork: { timeoutMs: 1_000 } },
  })
  await stage.people('alice')
  await stage.robot(ROBOT, [{ issuer: issuer.issuer, subject: 'build' }])
})

afterAll(async () => {
  await stage.close()
  await issuer.close()
})

async function exchange() {
  const iat = Math.floor(time.clock().getTime() / 1000)
  const identityToken = await issuer.mint({ sub: 'build', iat, exp: iat + 300 })
  return exchangeOf(stage.url).basic(ROBOT, identityToken)
}

it('jobs wait for a silent issuer in half of all places, which are free again once it failed', async () => {
  issuer.answer(keysPath, silence)
  for (let round = 0; round < 2; round++) {
    const answers = await Promise.all(Array.from({ length: 6 }, exchange))
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(503))
    const turnedAway = answers.filter(({ text }) => text.includes('Too many wait'))
    expect(turnedAway).toHaveLength(1)
    time.pass(31)
  }
  issuer.publish([issuer.key.publicJwk])
  expect((await exchange()).status).toBe(200)
})
