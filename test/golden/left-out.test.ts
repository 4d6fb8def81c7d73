import { expect, it } from 'vitest'
import { isReplayable } from './operations.ts'
import { TRANSCRIPTS } from './transcripts.ts'

/** It needs POST /v2/auth. */
const LEFT_OUT = ['v2-auth/method']

it('leaves out the scenarios that call operations of a later version, and no others', () => {
  const leftOut = TRANSCRIPTS.flatMap(({ topic, scenarios }) =>
    scenarios
      .filter((scenario) => !isReplayable(scenario))
      .map((scenario) => `${topic}/${scenario.id}`),
  )
  expect(leftOut).toEqual(LEFT_OUT)
})
