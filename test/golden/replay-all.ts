import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/domain/api-profile.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { createStages } from './golden-stages.ts'
import type { Failure } from './replay-golden.mjs'
import { TRANSCRIPTS } from './transcripts.ts'

/** Makes one test of each scenario. */
export function replayAll(profile: ProfileName): void {
  let database: TestDatabase
  let stages: ReturnType<typeof createStages>
  beforeAll(async () => {
    database = await createTestDatabase()
    stages = createStages({ profile, database })
  })
  afterAll(async () => {
    await stages.close()
    await database.drop()
  })

  for (const transcript of TRANSCRIPTS) {
    describe(transcript.topic, () => {
      for (const scenario of transcript.scenarios) {
        it(`${scenario.id}: ${scenario.title}`, async () => {
          const failures = await stages.replay(transcript, scenario)
          if (failures.length > 0) expect.fail(failures.map(inWords).join('\n'))
        })
      }
    })
  }
}

function inWords({ step, request, as, deviation, note, diffs, got }: Failure): string {
  return [
    `step ${step}: ${request} as ${JSON.stringify(as)}${deviation ? ' [deviation]' : ''}`,
    ...(note === undefined ? [] : [`  note: ${note}`]),
    ...diffs.map((diff) => `  ${diff}`),
    ...(got === undefined ? [] : [`  answer: ${got.trimEnd()}`]),
  ].join('\n')
}
