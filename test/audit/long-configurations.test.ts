import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, apiOf } from '../helpers/api.ts'
import { startService, type TestService } from '../helpers/service.ts'

// Who replaces a long configuration again and again replaces one row, but adds an entry to the log each time.

const PATH = '/api/v1/user/robots/ci/federation'

let service: TestService
let alice: ReturnType<Api['as']>

beforeAll(async () => {
  service = await startService()
  await service.createUser('alice')
  alice = apiOf(service.url).as(await service.token('alice', ['user:admin']))
  await alice.put('/api/v1/user/robots/ci', {}).expect(200)
})

afterAll(() => service.close())

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
