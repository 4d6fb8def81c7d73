import { expect, it } from 'vitest'
import { createClock } from '../helpers/clock.ts'
import { startStage } from '../helpers/stage.ts'

it.each([
  ['registry', { registryTokenTtl: 3600, robotTokenTtl: 60 }],
  ['robot', { registryTokenTtl: 60, robotTokenTtl: 3600 }],
])('a replaced key is published until its last %s token has ended', async (_, config) => {
  const time = createClock()
  const stage = await startStage({ config, surroundings: { clock: time.clock } })
  const kids = async () => {
    const { body } = await stage.api.as().get('/.well-known/jwks.json').expect(200)
    return body.keys.map(({ kid }: { kid: string }) => kid)
  }
  const [old] = await kids()
  await stage.services.keyRotation.rotate({})
  // It signs until verifiers know the new one, and what it signed last lives for an hour.
  time.pass(3600 + 120)
  expect(await kids()).toContain(old)
  time.pass(180)
  expect(await kids()).not.toContain(old)
  await stage.close()
})
