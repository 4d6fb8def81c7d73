import { afterAll, beforeAll, expect, it } from 'vitest'
import { bearer } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Whatever is asked again and again on one connection, nothing is listened to more and more.

let stage: Stage
let headers: Record<string, string>

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  headers = bearer(await stage.token('alice', ['org:admin', 'user:admin', 'repo:create']))
})
afterAll(() => stage.close())

const TIMES = 15

it.each<[method: string, path: string, body?: object]>([
  ['GET', '/api/v1/organization/acme/robots?details=true&permissions=true'],
  ['HEAD', '/api/v1/organization/acme/robots'],
  ['GET', '/api/v1/organization/acme/robots?q=a&label=a:b&sort=last_used'],
  ['PUT', '/api/v1/organization/acme/robots/ci'],
  ['POST', '/api/v1/organization/acme/robots/ci/regenerate'],
  ['PUT', '/api/v1/organization/acme/team/devs', { role: 'member', description: 'd' }],
  ['PUT', '/api/v1/organization/acme/team/devs', { role: 'none' }],
  ['POST', '/api/v1/repository', { repository: 'web', visibility: 'private', description: '' }],
  ['GET', '/api/v1/nowhere'],
  ['GET', '/v2/auth'],
  ['GET', '/'],
])('%s %s', async (method, path, body) => {
  const warnings: unknown[] = []
  const note = (warning: unknown) => void warnings.push(warning)
  process.on('warning', note)
  for (let n = 0; n < TIMES; n++) {
    const content = body && { body: JSON.stringify(body) }
    const type = body && { 'content-type': 'application/json' }
    const answer = await fetch(stage.url + path, {
      ...{ method, headers: { ...headers, ...type } },
      ...content,
    })
    await answer.text()
  }
  process.off('warning', note)
  expect(warnings).toEqual([])
})
