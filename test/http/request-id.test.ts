import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/raw-http.ts'
import { startService, type TestService } from '../helpers/service.ts'

let log = ''
let service: TestService

beforeAll(async () => {
  const stream = new Writable({
    write: (chunk, _, done) => {
      log += chunk
      done()
    },
  })
  service = await startService({ log: stream })
})

afterAll(() => service.close())

async function idOf(path: string, given?: string) {
  const headers = given === undefined ? {} : { 'x-request-id': given }
  const answer = await send(service.url, { path, headers })
  return answer.headers['x-request-id'] as string
}

const loggedIds = () =>
  log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).reqId)

it.each([
  ['an answer', '/live'],
  ['a refusal', '/api/v1/user/robots'],
  ['a path that leads nowhere', '/nowhere'],
])('%s carries an id of its own, which stands in the log', async (_, path) => {
  const ids = [await idOf(path), await idOf(path)]
  expect(new Set(ids).size).toBe(2)
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(loggedIds()).toContain(id)
  }
})

it('an answer to a path that cannot be read carries an id, too', async () => {
  expect(await idOf('/api/v1/organization/%')).toMatch(/^[0-9a-f-]{36}$/)
})

it('the id that a proxy made is kept', async () => {
  const id = '7f:Trace_1.2-3'
  expect(await idOf('/live', id)).toBe(id)
  expect(loggedIds()).toContain(id)
})

it.each([
  ['too short to be one', 'abc'],
  ['longer than 64 characters', 'a'.repeat(65)],
  ['with spaces', 'forged line of a log'],
  ['with quotes', '"}{"level":60'],
])('an id %s is replaced', async (_, given) => {
  expect(await idOf('/live', given)).toMatch(/^[0-9a-f-]{36}$/)
  expect(log).not.toContain(`"reqId":${JSON.stringify(given)}`)
})
