import { expect, it } from 'vitest'
import { ADVISORY_LOCKS } from '../../src/db/advisory-locks.ts'
import { sendDuring } from '../helpers/held-rows.ts'
import { startStage } from '../helpers/stage.ts'

it('there is no first user where another server makes one just now', async () => {
  const stage = await startStage({ config: { userInitialize: true } })
  try {
    const hold = `SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.firstAccount})`
    const change = `INSERT INTO namespaces (id, name, kind, created_at)
      VALUES (gen_random_uuid(), 'first', 'user', now())`
    const user = { username: 'second', password: 'correct-horse', email: 'second@example.com' }
    const { waited, answer } = await sendDuring(stage, { hold, change }, () =>
      stage.api.as().post('/api/v1/user/initialize', user),
    )
    expect([waited, answer.status]).toEqual([true, 400])
    expect(await stage.db.namespace.count()).toBe(1)
  } finally {
    await stage.close()
  }
})
