import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { breakAuditLog, repairAuditLog } from '../helpers/broken-audit-log.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What comes while another change is written is written by one statement; each change is answered, made and logged as if alone.

const PATH = '/api/v1/organization/acme/robots'
const TWENTY = Array.from({ length: 20 }, (_, n) => `bot${n}`)

let stage: Stage
let admin: Client

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  admin = await stage.client('alice', 'org:admin')
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await stage.clearLog()
})
afterAll(() => stage.close())

const createAll = () =>
  Promise.all(
    TWENTY.map((name) => admin.put(`${PATH}/${name}`, { description: `this is ${name}` })),
  )

const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status)

/** Names of robots, by the log. */
async function logged(kind: string) {
  const entries = (await auditEntries(stage.db)).filter((entry) => entry.kind === kind)
  return entries.map(({ metadata }) => (metadata as { robot: string }).robot).sort()
}

async function expectShown(answers: { body: Record<string, unknown> }[]) {
  for (const { body } of answers) {
    const [, name] = String(body.name).split('+')
    const { token, description } = body
    const shown = (await admin.get(`${PATH}/${name}`)).body
    expect([shown.token, shown.description]).toEqual([token, description])
    expect((await stage.api.login(String(body.name), String(body.token))).status).toBe(200)
  }
}

describe('of 20 creations at once', () => {
  it.each(['40001', '40P01'])('none is lost where others abort them twice: %s', async (code) => {
    await stage.db.$executeRawUnsafe('CREATE SEQUENCE aborted')
    await breakAuditLog(stage.db, "nextval('aborted') < 3", code)
    try {
      expect(statusesOf(await createAll())).toEqual(Array(20).fill(201))
    } finally {
      await repairAuditLog(stage.db)
      await stage.db.$executeRawUnsafe('DROP SEQUENCE aborted')
    }
    expect(await logged('create_robot')).toEqual(TWENTY.toSorted())
  })

  it('each has its own description, secret, and entry', async () => {
    const answers = await createAll()

    expect(statusesOf(answers)).toEqual(Array(20).fill(201))
    await expectShown(answers)
    expect(await logged('create_robot')).toEqual(TWENTY.toSorted())
    const found = await admin.get(`${PATH}?q=bot7`)
    expect(found.body.robots.map(({ name }: { name: string }) => name)).toEqual(['acme+bot7'])
  })

  it('one whose name is in use is refused, and the others are made', async () => {
    await admin.put(`${PATH}/bot7`).expect(201)
    await stage.clearLog()
    const answers = await createAll()

    const [refused] = answers.splice(7, 1)
    expect([refused?.status, refused?.body]).toEqual([
      400,
      invalidRequest(stage.url, 'Existing robot with name: acme+bot7'),
    ])
    expect(statusesOf(answers)).toEqual(Array(19).fill(201))
    await expectShown(answers)
    expect(await logged('create_robot')).toEqual(
      TWENTY.filter((name) => name !== 'bot7').toSorted(),
    )
  })

  it('one whose entry cannot be written fails alone', async () => {
    await breakAuditLog(stage.db, `NEW.metadata->>'robot' = 'bot7'`)
    const answers = await createAll().finally(() => repairAuditLog(stage.db))

    const [failed] = answers.splice(7, 1)
    expect(failed?.status).toBe(500)
    expect(statusesOf(answers)).toEqual(Array(19).fill(201))
    await admin.get(`${PATH}/bot7`).expect(404)
    expect(await logged('create_robot')).toEqual(
      TWENTY.filter((name) => name !== 'bot7').toSorted(),
    )
  })
})

it('of 40 regenerations of 20 robots at once, each gets an entry, and the last of a robot counts', async () => {
  await createAll()
  const both = TWENTY.flatMap((name) => [name, name])
  const answers = await Promise.all(both.map((name) => admin.post(`${PATH}/${name}/regenerate`)))

  expect(statusesOf(answers)).toEqual(Array(40).fill(201))
  expect(new Set(answers.map(({ body }) => body.token)).size).toBe(40)
  expect(await logged('regenerate_robot_token')).toEqual(both.toSorted())
  for (const name of TWENTY) {
    const { token } = (await admin.get(`${PATH}/${name}`)).body
    const given = answers.filter(({ body }) => body.name === `acme+${name}`)
    expect(given.map(({ body }) => body.token)).toContain(token)
    const logins = given.map(({ body }) => stage.api.login(body.name, body.token))
    expect(statusesOf(await Promise.all(logins)).toSorted()).toEqual([200, 401])
  }
})

it('of regenerations at once, some leave the secret so far good for a while', async () => {
  const before = await createAll()
  const answers = await Promise.all(
    TWENTY.map((name, n) =>
      admin.post(`${PATH}/${name}/regenerate${n % 2 === 0 ? '?grace=1h' : ''}`),
    ),
  )

  expect(statusesOf(answers)).toEqual(Array(20).fill(201))
  await expectShown(answers)
  const logins = before.map(({ body }) => stage.api.login(body.name, body.token))
  expect(statusesOf(await Promise.all(logins))).toEqual(
    TWENTY.map((_, n) => (n % 2 === 0 ? 200 : 401)),
  )
})
