import { expect, it } from 'vitest'
import { beforeMigration } from './before-migration.ts'

const OWNER = '019abfd5-0000-7000-8000-000000000000'

/** As a server of the version before does it. */
const insertRobot = (id: string, name: string) => `
  INSERT INTO robots (id, namespace_id, name, description, created_at, credential_id, token_key_id, token_sealed, token_digest)
  VALUES ('${id}', '${OWNER}', '${name}', '', now(), '${id}', 'k', '', '')`

it('robots of before, and of servers of the version before, may act without end', async () => {
  await beforeMigration('_robot_states', async ({ db, applyAll }) => {
    await db.$executeRawUnsafe(`
      INSERT INTO namespace_rows (id, name, kind, created_at) VALUES ('${OWNER}', 'acme', 'organization', now())`)
    await db.$executeRawUnsafe(insertRobot('019abfd5-0000-7000-8000-000000000001', 'before'))
    await applyAll()
    await db.$executeRawUnsafe(insertRobot('019abfd5-0000-7000-8000-000000000002', 'meanwhile'))
    const robots = await db.robot.findMany({ orderBy: { id: 'asc' } })
    const state = {
      ...{ enabled: true, disabledReason: null, expiresAt: null },
      ...{ labels: [], version: 1, createdBy: null, lastAccessedBy: null },
    }
    expect(robots).toMatchObject([
      { name: 'before', ...state },
      { name: 'meanwhile', ...state },
    ])
  })
})
