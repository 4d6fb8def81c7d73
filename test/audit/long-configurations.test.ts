import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Who replaces a long configuration again and again replaces one row, but adds an entry to the log each time.

const PATH = '/api/v1/user/robots/ci/federation'

let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  alice = await stage.client('alice', 'user:admin')
  await alice.put('/api/v1/user/robots/ci', {}).expect(200)
})

afterAll(() => stage.close())

const entries = (length: number, subject: string) =>
  Array.from({ length }, (_, index) => ({
    issuer: 'https://token.actions.githubusercontent.com',
    subject: `${subject}:${index}`,
  }))

/** As the newest entry of the log shows it. */
async function loggedConfig(): Promise<unknown> {
  const { body } = await alice.get('/api/v1/user/logs').expect(200)
  return body.logs.find(({ kind }: { kind: string }) => kind === 'create_robot_federation').metadata
    .config
}

describe('a federation configuration', () => {
  it('stands in the log whole, with as many entries of usual length as there may be', async () => {
    const config = entries(200, 'repo:acme/some-repository:ref:refs/heads/a-branch-of-some-length')
    await alice.post(PATH, config).expect(200)
    expect(await loggedConfig()).toEqual(config)
  })

  it('stands there by its size beyond 64 KiB, and is shown whole where it is kept', async () => {
    const config = entries(200, 's'.repeat(2000))
    await alice.post(PATH, config).expect(200)
    const bytes = Buffer.byteLength(JSON.stringify(config))
    expect(await loggedConfig()).toEqual({ omitted_bytes: bytes })
    expect((await alice.get(PATH).expect(200)).body).toEqual(config)
  })
})
