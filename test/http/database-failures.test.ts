import { afterAll, beforeAll, expect, it } from 'vitest'
import { shapeA } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const METRICS_TOKEN = 'token-of-prometheus'

let stage: Stage
let token: string

beforeAll(async () => {
  stage = await startStage({ config: { metricsToken: METRICS_TOKEN } })
  await stage.people('alice')
  token = await stage.token('alice', ['user:admin'])
  await stage.db.$executeRawUnsafe(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = NEW.description; END $$`)
  await stage.db.$executeRawUnsafe(
    'CREATE TRIGGER refuse BEFORE INSERT ON robots FOR EACH ROW EXECUTE FUNCTION refuse()',
  )
})

afterAll(() => stage.close())

async function countOf(reason: string) {
  const { text } = await stage.api.as(METRICS_TOKEN).get('/metrics').expect(200)
  const [, count] =
    text.match(
      new RegExp(`^quay_robots_database_failures_total\\{reason="${reason}"\\} (\\d+)$`, 'm'),
    ) ?? []
  return Number(count)
}

const SLOW = 'The database took too long: ask for less at a time, or when there is less to do'

it.each([
  ['57014', 'too_slow', SLOW],
  ['55P03', 'too_slow', SLOW],
  ['40P01', 'conflict', 'The database had too many changes of the same thing at once'],
  ['53100', 'full', 'The database has no room'],
  ['25006', 'read_only', 'The database takes no changes for now'],
  ['57P03', 'unreachable', 'The database cannot be reached'],
  ['53300', 'unreachable', 'The database cannot be reached'],
])('SQLSTATE %s is answered 503 and counted as what it is: %s', async (code, reason, words) => {
  const before = await countOf(reason)
  const { status, body, headers } = await stage.api
    .as(token)
    .put('/api/v1/user/robots/ci', { description: code })
  expect([status, body]).toEqual([503, shapeA(stage.url, 503, 'unavailable', words)])
  expect(headers['retry-after']).toBe('5')
  await expect.poll(() => countOf(reason)).toBe(before + 1)
})

it('a use that another request was faster to note is no failure', async () => {
  const fresh = await stage.token('alice', ['user:admin'])
  await stage.db.$executeRawUnsafe(`
    CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'collided' USING ERRCODE = '40001'; END $$`)
  await stage.db.$executeRawUnsafe(
    'CREATE TRIGGER collide BEFORE UPDATE ON oauth_tokens FOR EACH ROW EXECUTE FUNCTION collide()',
  )
  await stage.api.as(fresh).get('/api/v1/user/robots').expect(200)
  await stage.db.$executeRawUnsafe('DROP FUNCTION collide CASCADE')
})

it('what the database could not do is not taken for a name, or an address, that is taken', async () => {
  await stage.superusers('root')
  await stage.people('bob')
  await stage.organization('acme')
  const client = await stage.client('root', 'super:user')
  const alice = await stage.client('alice', 'org:admin', 'user:admin', 'repo:admin', 'repo:create')
  await stage.db.$executeRawUnsafe(`
    CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'late' USING ERRCODE = '57014'; END $$`)
  const failing = ['UPDATE OF email ON namespace_rows', 'INSERT ON namespace_rows']
  for (const what of [...failing, 'INSERT ON team_members', 'INSERT ON repositories']) {
    await stage.db.$executeRawUnsafe(
      `CREATE TRIGGER late_${what.replaceAll(' ', '_')} BEFORE ${what} FOR EACH ROW EXECUTE FUNCTION late()`,
    )
  }
  const repository = { repository: 'web', visibility: 'private', description: '' }
  const answers = await Promise.all([
    client.put('/api/v1/superuser/users/bob', { email: 'b@example.com' }),
    client.post('/api/v1/superuser/users/', { username: 'eve', email: 'eve@example.com' }),
    alice.post('/api/v1/organization/', { name: 'store' }),
    alice.put('/api/v1/organization/acme/team/owners/members/bob'),
    alice.post('/api/v1/repository', repository),
  ])
  await stage.db.$executeRawUnsafe('DROP FUNCTION late CASCADE')
  for (const { status, body } of answers) {
    expect([status, body]).toEqual([503, shapeA(stage.url, 503, 'unavailable', SLOW)])
  }
})
