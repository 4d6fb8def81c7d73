import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/organization/acme/robots'

let stage: Stage
let admin: Client

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  admin = await stage.client('alice', 'user:admin', 'org:admin')
})

beforeEach(() => stage.db.robot.deleteMany())
afterAll(() => stage.close())

const loginStatus = async (password: string) => (await stage.api.login('acme+bot', password)).status

describe('at the same time', () => {
  it('25 creations of one name give one robot, and refusals that say so', async () => {
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, i) => admin.put(`${PATH}/bot`, { description: `${i}` })),
    )
    const won = answers.filter(({ status }) => status === 201)
    const lost = answers.filter(({ status }) => status !== 201)

    expect(won).toHaveLength(1)
    for (const { status, body } of lost) {
      expect([status, body]).toEqual([
        400,
        invalidRequest(stage.url, 'Existing robot with name: acme+bot'),
      ])
    }
    expect((await admin.get(`${PATH}/bot`)).body.token).toBe(won[0]?.body.token)
  })

  it('10 regenerations leave exactly one valid token, the one that is shown', async () => {
    const { token } = (await admin.put(`${PATH}/bot`)).body
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => admin.post(`${PATH}/bot/regenerate`)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201))

    const tokens = [token, ...answers.map(({ body }) => body.token as string)]
    const valid: string[] = []
    for (const one of tokens) if ((await loginStatus(one)) === 200) valid.push(one)
    expect(new Set(tokens).size).toBe(11)
    expect(valid).toEqual([(await admin.get(`${PATH}/bot`)).body.token])
  })

  it('deletions and regenerations answer 204, 201 or 404 and leave no half robot', async () => {
    await admin.put(`${PATH}/racer`)
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        i % 2 ? admin.delete(`${PATH}/racer`) : admin.post(`${PATH}/racer/regenerate`),
      ),
    )
    const statuses = answers.map(({ status }) => status)

    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    expect(new Set([...statuses, 201, 404])).toEqual(new Set([201, 204, 404]))
    expect((await admin.put(`${PATH}/racer`)).status).toBe(201)
  })

  it('two federation lists do not mix', async () => {
    await admin.put(`${PATH}/bot`)
    const lists = Array.from({ length: 10 }, (_, i) =>
      [1, 2, 3].map((j) => ({ issuer: `https://ci-${i}.example`, subject: `build-${j}` })),
    )
    const answers = await Promise.all(
      lists.map((list) => admin.post(`${PATH}/bot/federation`, list)),
    )

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201))
    expect(lists).toContainEqual((await admin.get(`${PATH}/bot/federation`)).body)
  })
})

it('refuses a robot whose organization is deleted while it is created', async () => {
  await stage.organization('doomed')
  await stage.db.$executeRawUnsafe(`
    CREATE FUNCTION delete_owner() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN DELETE FROM namespaces WHERE id = NEW.namespace_id; RETURN NEW; END $$`)
  await stage.db.$executeRawUnsafe(`
    CREATE TRIGGER delete_owner BEFORE INSERT ON robots
    FOR EACH ROW EXECUTE FUNCTION delete_owner()`)
  const { status, body } = await admin.put('/api/v1/organization/doomed/robots/bot')
  await stage.db.$executeRawUnsafe('DROP FUNCTION delete_owner CASCADE')
  expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
})
