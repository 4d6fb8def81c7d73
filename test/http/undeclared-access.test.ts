import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildApp } from '../../src/app.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
  await stage.superusers('root')
})
afterAll(() => stage.close())

it('a route that does not say who may call it is nobody’s', async () => {
  const app = await buildApp({ ...stage, logger: pino({ level: 'silent' }) })
  app.get('/api/v1/forgotten', async () => ({ secret: 42 }))
  const token = await stage.token('root', SCOPES)
  for (const headers of [{}, { authorization: `Bearer ${token}` }]) {
    const { statusCode, body } = await app.inject({ url: '/api/v1/forgotten', headers })
    expect([statusCode, body.includes('secret')]).toEqual([403, false])
  }
  await app.close()
})
