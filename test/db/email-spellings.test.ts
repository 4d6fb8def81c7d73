import { expect, test } from 'vitest'
import { beforeMigration } from './before-migration.ts'
import { engine } from './engines.ts'

test(`users get the addresses that organizations kept from them (${engine.name})`, {
  timeout: 60_000,
}, async () => {
  await beforeMigration('_emails_of_users', async ({ db, applyAll }) => {
    await db.$executeRaw`
        INSERT INTO namespaces (id, name, kind, email, email_key, created_at)
        SELECT gen_random_uuid(), name, kind::namespace_kind, email, key, now() + days * interval '1 day'
        FROM (VALUES ('org', 'organization', 'a@x.org', 'a@x.org', 0), ('young', 'user', 'A@X.org', NULL, 2),
                     ('old', 'user', 'A@x.org', NULL, 1), ('first', 'user', 'b@x.org', 'b@x.org', 1),
                     ('second', 'user', 'B@x.org', NULL, 2)) AS accounts (name, kind, email, key, days)`
    await applyAll()
    const fields = { name: true, emailKey: true }
    expect(await db.namespace.findMany({ select: fields, orderBy: { name: 'asc' } })).toEqual([
      { name: 'first', emailKey: 'b@x.org' },
      { name: 'old', emailKey: 'a@x.org' },
      { name: 'org', emailKey: 'a@x.org' },
      { name: 'second', emailKey: null },
      { name: 'young', emailKey: null },
    ])
  })
})

test(`addresses that were spelled in several ways before survive the migration (${engine.name})`, {
  timeout: 60_000,
}, async () => {
  await beforeMigration('_email_spellings', async ({ db, applyIt }) => {
    await db.$executeRaw`
        INSERT INTO namespaces (id, name, kind, email, created_at)
        SELECT gen_random_uuid(), name, 'user', email, now() + days * interval '1 day'
        FROM (VALUES ('young', 'A@x.org', 2), ('old', 'a@x.org', 1), ('other', 'B@x.org', 1),
                     ('none', NULL, 1)) AS accounts (name, email, days)`
    await applyIt()
    expect(
      await db.$queryRaw`SELECT name, email, email_key AS "emailKey" FROM namespaces ORDER BY name`,
    ).toEqual([
      { name: 'none', email: null, emailKey: null },
      { name: 'old', email: 'a@x.org', emailKey: 'a@x.org' },
      { name: 'other', email: 'B@x.org', emailKey: 'b@x.org' },
      { name: 'young', email: 'A@x.org', emailKey: null },
    ])
  })
})
