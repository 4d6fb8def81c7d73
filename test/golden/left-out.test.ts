import { expect, it } from 'vitest'
import { isReplayable } from './operations.ts'
import { TRANSCRIPTS } from './transcripts.ts'

/** They need repositories that are created on push, and POST /v2/auth. */
const LEFT_OUT = ['v2-auth/push-to-a-new-repository', 'v2-auth/method']

it('leaves out the scenarios that call operations of a later version, and no others', () => {
  const leftOut = TRANSCRIPTS.flatMap(({ topic, scenarios }) =>
    scenarios
      .filter((scenario) => !isReplayable(scenario))
      .map((scenario) => `${topic}/${scenario.id}`),
  )
  expect(leftOut).toEqual(LEFT_OUT)
})
