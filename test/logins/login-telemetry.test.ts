import { expect, it } from 'vitest'
import { ServiceError } from '../../src/domain/errors.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry.ts'
import { countLogin } from '../../src/services/logins/login-telemetry.ts'

/** What is told of a log-in that ends so, and what its caller hears. */
async function told(logIn: () => Promise<string>, isRefusal?: (result: string) => boolean) {
  const events: TelemetryEvent[] = []
  const telemetry = { record: (event: TelemetryEvent) => void events.push(event) }
  const answer = await countLogin(telemetry, 'robot', logIn, isRefusal).catch(
    (error: unknown) => error,
  )
  return { events, answer }
}
const event = (outcome: string) => [{ event: 'login', kind: 'robot', outcome }]

it('a log-in that succeeds is told of, and answered', async () => {
  expect(await told(async () => 'in')).toEqual({ events: event('accepted'), answer: 'in' })
})

it('a log-in that is refused without an error is told of as one', async () => {
  const refused = await told(
    async () => 'out',
    (answer) => answer === 'out',
  )
  expect(refused).toEqual({ events: event('refused'), answer: 'out' })
})

it.each([
  [new ServiceError('registry_unauthorized', 'no'), 'refused'],
  [new ServiceError('rate_limited', 'slowly'), 'throttled'],
  [new ServiceError('unavailable', 'later'), 'unavailable'],
  [new Error('no database'), 'unavailable'],
])('%s is told of as one that was %s', async (error, outcome) => {
  const { events, answer } = await told(() => Promise.reject(error))
  expect(events).toEqual(event(outcome))
  expect(answer).toBe(error)
})
