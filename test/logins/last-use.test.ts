import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { browserOf } from '../helpers/browser.ts'
import { createClock } from '../helpers/clock.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const time = createClock()
let stage: Stage
const uses = {} as Record<string, () => PromiseLike<{ status: number }>>

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: time.clock } })
  const { api } = stage
  await stage.people('alice')
  const secret = await stage.robot('alice+ci')
  const token = await stage.token('alice', ['user:admin', 'user:read'], 86_400)
  const robotToken = await stage.robotToken('alice+ci', ['user:read'], 86_400)
  const { body } = await api.as(token).post('/api/v1/user/apptoken', { title: 'laptop' })
  const browser = browserOf(stage.url)
  await browser.signIn('alice')
  Object.assign(uses, {
    robot_secrets: () => api.login('alice+ci', secret),
    robots: () => api.login('alice+ci', secret),
    oauth_tokens: () => api.as(token).get('/api/v1/user/'),
    robot_api_tokens: () => api.as(robotToken).get('/api/v1/user/'),
    app_tokens: () => api.login('$app', body.token.token_code),
    sessions: () => browser.get('/api/v1/user/'),
  })
})
afterAll(() => stage.close())

const TABLES = [
  // First: it ends where it is not used.
  'sessions',
  ...['robot_secrets', 'robots', 'oauth_tokens', 'robot_api_tokens', 'app_tokens'],
]

async function lastUses(table: string) {
  const rows = await stage.db.$queryRawUnsafe<{ at: Date | null }[]>(
    `SELECT max(last_accessed_at) AS at FROM ${table}`,
  )
  return rows[0]?.at
}

describe.each(TABLES)('the use of a credential in %s', (table) => {
  it('is noted, once a minute', async () => {
    time.pass(120)
    const first = time.clock()
    expect((await uses[table]?.())?.status).toBe(200)
    time.pass(59)
    await uses[table]?.()
    await stage.services.settled()
    expect(await lastUses(table)).toEqual(first)
    time.pass(1)
    await uses[table]?.()
    await stage.services.settled()
    expect(await lastUses(table)).toEqual(time.clock())
  })

  it.each([
    ['another request was faster', '40001'],
    ['two hold each other up', '40P01'],
    ['the database takes no changes', '25006'],
  ])('is no reason to refuse it where %s', async (_, code) => {
    time.pass(120)
    await stage.db.$executeRawUnsafe(`
      CREATE FUNCTION refuse_use() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '${code}'; END $$`)
    onTestFinished(async () => {
      await stage.db.$executeRawUnsafe('DROP FUNCTION refuse_use CASCADE')
    })
    await stage.db.$executeRawUnsafe(`
      CREATE TRIGGER refuse_use BEFORE UPDATE OF last_accessed_at ON ${table}
      FOR EACH ROW EXECUTE FUNCTION refuse_use()`)
    const before = await lastUses(table)
    expect((await uses[table]?.())?.status).toBe(200)
    await stage.services.settled()
    expect(await lastUses(table)).toEqual(before)
  })
})
