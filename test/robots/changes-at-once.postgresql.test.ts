import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { sendDuring } from '../helpers/held-rows.ts'
import { listQueries } from '../helpers/queries.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Changes of a namespace wait for each other, so that they can be written by one statement.

const path = (organization: string, name = '') =>
  `/api/v1/organization/${organization}/robots/${name}`
const TWENTY = Array.from({ length: 20 }, (_, n) => `bot${n}`)

let stage: Stage
let admin: Client
let acme: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  admin = await stage.client('alice', 'org:admin')
})

beforeEach(async () => {
  acme = await stage.organization()
  await stage.clearLog()
})
afterAll(() => stage.close())

const createAll = () => Promise.all(TWENTY.map((name) => admin.put(path(acme, name))))

/** The row that a new robot refers to. */
const hold = () => `SELECT FROM namespace_rows WHERE name = '${acme}' FOR UPDATE`

it('what was written together fails together where the database is gone, and nothing of it is tried again', async () => {
  const ended = `SELECT pg_terminate_backend(pid) FROM pg_locks
                 WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`
  // Of the one that is on its way once all have come, and of those that came meanwhile.
  const change = `SELECT pg_sleep(1); ${ended}; SELECT pg_sleep(0.5); ${ended}`
  await admin.put(path(acme, 'first')).expect(201) // From then on it is known that there is room for all.
  const { answer } = await sendDuring(stage, { hold: hold(), change }, createAll)
  const failed = answer.filter(({ status }) => status === 503)
  expect(failed.length).toBeGreaterThan(15)
  const made = await stage.db.robot.count({ where: { namespace: { name: acme } } })
  expect(made).toBe(21 - failed.length)
})

it('where a connection breaks, each change is told as made that is made, and none is made twice', async () => {
  const ended = `SELECT pg_terminate_backend(pid) FROM pg_locks
                 WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`
  const { answer, waited } = await sendDuring(stage, { hold: hold(), change: ended }, createAll)

  const made = TWENTY.filter((_, n) => answer[n]?.status === 201).toSorted()
  const told = answer.filter(({ status }) => status !== 201)
  expect(waited).toBe(true)
  expect(told.length).toBeGreaterThan(0)
  expect(told.map(({ status }) => status)).toEqual(told.map(() => 503))
  const robots = await stage.db.robot.findMany({ where: { namespace: { name: acme } } })
  expect(robots.map(({ name }) => name).toSorted()).toEqual(made)
  const entries = await auditEntries(stage.db)
  const logged = entries.map(({ metadata }) => (metadata as { robot: string }).robot)
  expect(logged.toSorted()).toEqual(made)
})

it('changes of another namespace do not wait with them', async () => {
  const other = await stage.organization()
  let answered = 0
  const held = { hold: hold(), change: 'SELECT pg_sleep(1)' }
  const { waited } = await sendDuring(stage, held, async () => {
    const all = TWENTY.map((name) => admin.put(path(acme, name)).then(() => answered++))
    await admin.put(path(other, 'bot')).expect(201)
    expect(answered).toBe(0)
    await Promise.all(all)
  })
  expect(waited).toBe(true)
  expect(answered).toBe(20)
})

it('what comes while a change is written takes one statement more', async () => {
  const regenerateAll = () =>
    Promise.all(TWENTY.map((name) => admin.post(`${path(acme, name)}/regenerate`).expect(201)))
  const robots = `SELECT FROM robots r JOIN namespaces n ON n.id = r.namespace_id WHERE n.name = '${acme}' FOR UPDATE OF r`
  const changes = [
    { hold: hold(), send: createAll },
    { hold: robots, send: regenerateAll },
  ]
  for (const { hold, send } of changes) {
    const texts = await listQueries(() =>
      sendDuring(stage, { hold, change: 'SELECT pg_sleep(1)' }, send),
    )
    const writes = texts.filter((text) => text.includes('INSERT INTO audit_entries'))
    expect(writes.length).toBeLessThan(5)
  }
})
