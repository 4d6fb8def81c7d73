import { expect, it } from 'vitest'
import { beforeMigration } from './before-migration.ts'

const ID = '019abfd5-0000-7000-8000-000000000000'

it('of robots that are there at the upgrade PostgreSQL knows at once how often a name may stand', async () => {
  await beforeMigration('_robot_names_estimate', async ({ db, applyIt }) => {
    await db.$executeRawUnsafe(`
      INSERT INTO namespace_rows (id, name, kind, created_at) VALUES ('${ID}', 'acme', 'organization', now())`)
    await db.$executeRawUnsafe(`
      INSERT INTO robots (id, namespace_id, name, credential_id, created_at)
      SELECT gen_random_uuid(), '${ID}', 'robot' || n, gen_random_uuid(), now() FROM generate_series(1, 100) n`)
    await applyIt()
    const [known] = await db.$queryRawUnsafe<object[]>(`
      SELECT round(n_distinct::numeric, 2)::text AS distinct FROM pg_stats
      WHERE tablename = 'robots' AND attname = 'name'`)
    expect(known).toEqual({ distinct: '-0.01' })
  })
})
