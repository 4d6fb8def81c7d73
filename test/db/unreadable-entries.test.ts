import { expect, test } from 'vitest'
import { NIL_ID } from '../../src/domain/ids.ts'
import { createLogService } from '../../src/services/audit/logs.ts'
import { createLongLists } from '../../src/services/lists/long-lists.ts'
import { beforeMigration } from './before-migration.ts'
import { engine } from './engines.ts'

const AT = new Date('2026-11-28T12:00:00Z')
const ID = '01a22206-ca00-7000-8000-00000000000'

/** What is about the robot `ci`, and what is not; the database can read the first only. */
const ENTRIES = [
  ['{"kind":"robot","robot":"acme+ci","message":"x"}', true],
  ['{"kind":"robot","robot":"acme+ci","username":"acme+ci","message":"x\\u0000"}', true],
  ['{"robot":"ci","description":"\\ud800"}', true],
  ['{"username":"alice","message":"\\"robot\\":\\"ci\\"\\u0000"}', false],
  ['{"robot":"acme+other","message":"acme+ci\\u0000"}', false],
] as const

test(`entries of which the database reads nothing survive, and are found by their robot (${engine.name})`, {
  timeout: 60_000,
}, async () => {
  await beforeMigration('_log_filters', async ({ db, applyAll }) => {
    const insert = async (metadata: string, id: string) =>
      db.$executeRaw`
        INSERT INTO audit_entries (id, kind, namespace_id, metadata, created_at)
        VALUES (${id}::uuid, 'login_failure', ${NIL_ID}::uuid, ${metadata}::json, ${AT})`
    for (const [n, [metadata]] of ENTRIES.entries()) await insert(metadata, `${ID}${n}`)
    await applyAll()
    // As servers of the version before go on doing.
    await insert(ENTRIES[1][0], `${ID}9`)
    const logs = createLogService({ db, clock: () => AT, longLists: createLongLists() })
    const scope = { namespaceId: NIL_ID, namespaceName: 'acme' }
    const query = { performer: undefined, starttime: undefined, endtime: undefined }
    const { items } = await logs.list(
      scope,
      { ...query, robot: 'acme+ci', nextPage: undefined },
      { id: '', isWaiting: () => true },
    )
    const about = ENTRIES.flatMap(([, isAbout], n) => (isAbout ? [`${ID}${n}`] : []))
    expect(items.map(({ id }) => id).sort()).toEqual([...about, `${ID}9`])
  })
})
