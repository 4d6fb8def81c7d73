import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sendDuring } from '../helpers/held-rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Changes of one namespace that come while one is on its way wait for it, but no longer than for a connection.

const OWNER = `SELECT 1 FROM namespace_rows WHERE name = 'acme' FOR UPDATE`
const ROBOT = `SELECT 1 FROM robots WHERE name = 'fourth' FOR UPDATE`

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
})
afterAll(() => stage.close())

it.each([
  ['the first creation', 'put', ['first', 'second', 'third'], '', OWNER],
  ['a creation', 'put', ['fourth', 'fifth', 'sixth'], '', OWNER],
  ['a rotation', 'post', ['fourth', 'fifth', 'sixth'], '/regenerate', ROBOT],
] as const)('refuses what waits for %s that is held up', async (_, method, robots, path, hold) => {
  const alice = await stage.client('alice', 'org:admin')
  const send = (robot: string) => alice[method](`/api/v1/organization/acme/robots/${robot}${path}`)
  const [first, ...waiting] = robots
  // Longer than a change may wait, and shorter than the first one may take.
  const others = { hold, change: 'SELECT pg_sleep(4)' }

  const { answer } = await sendDuring(stage, others, async () => {
    const held = send(first).then(({ status }) => status)
    await sleep(300) // until it is on its way
    const refused = await Promise.all(waiting.map((robot) => send(robot).expect(503)))
    return { held, refused }
  })

  for (const { body, headers } of answer.refused) {
    expect([body.error_type, headers['retry-after']]).toEqual(['unavailable', expect.any(String)])
  }
  expect(await answer.held).toBe(201)
  for (const robot of waiting) await send(robot).expect(201)
})
