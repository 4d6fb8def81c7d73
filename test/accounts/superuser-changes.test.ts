import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invalidRequest } from '../helpers/api.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type SuperuserStage, startSuperuserStage } from './superuser-stage.ts'

const URL = '/api/v1/superuser/users'

let stage: SuperuserStage

beforeAll(async () => {
  stage = await startSuperuserStage()
  await stage.people('bob')
  await stage.organization('an-org', 'root')
})
afterAll(() => stage.close())

describe('changing', () => {
  it('answers what the user was before', async () => {
    const { body } = await stage.root
      .put(`${URL}/bob`, { email: 'robert@example.com', enabled: true })
      .expect(200)
    expect(body).toMatchObject({ name: 'bob', email: 'bob@example.com', enabled: true })
    expect(body).not.toHaveProperty('encrypted_password')
    const { body: after } = await stage.root.get(`${URL}/bob`)
    expect(after.email).toBe('robert@example.com')
    expect(await stage.lastEntry()).toMatchObject({
      kind: 'user_change_email',
      namespaceName: 'bob',
      performerName: 'root',
      metadata: { username: 'bob', email: 'robert@example.com', old_email: 'bob@example.com' },
    })
  })

  it('replaces the password', async () => {
    const { body } = await stage.root.put(`${URL}/bob`, { password: 'another-one' }).expect(200)
    expect(body.encrypted_password).toBe('')
    const entries = await auditEntries(stage.db)
    await stage.api.login('bob', PASSWORD).expect(401)
    await stage.api.login('bob', 'another-one').expect(200)
    expect(entries.at(-1)).toMatchObject({ kind: 'user_change_password', namespaceName: 'bob' })
    expect(JSON.stringify(entries)).not.toContain('another-one')
  })

  it('changes all that is given or nothing', async () => {
    const before = await snapshot(stage.db)
    const refusals = [
      [{ enabled: false, email: 'root@example.com' }, 'Email has already been used'],
      [{ enabled: false, email: 'Root@example.com' }, 'Email has already been used'],
      [{ enabled: false, email: 'x' }, 'Invalid email address'],
      [
        { enabled: false, password: 'short' },
        'Invalid password, password must be at least 8 characters and contain no whitespace.',
      ],
    ] as const
    for (const [sent, message] of refusals) {
      const { body } = await stage.root.put(`${URL}/bob`, sent).expect(400)
      expect(body).toEqual({ message })
    }
    for (const sent of [{ enabled: 'no' }, { email: null }, { password: 5 }, { email: 'a\0@b' }]) {
      const { body } = await stage.root.put(`${URL}/bob`, sent).expect(400)
      expect(body).toEqual(invalidRequest(stage.url))
    }
    await stage.root.put(`${URL}/bob`, {}).expect(200)
    await stage.root.put(`${URL}/bob`, { enabled: true, superuser: true }).expect(200)
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('knows no organizations, robots and strangers', async () => {
    await stage.root.put(`${URL}/nobody`, { enabled: false }).expect(404)
    await stage.root.delete(`${URL}/nobody`).expect(404)
    await stage.root.delete(`${URL}/an-org`).expect(404)
    await stage.root.put(`${URL}/an-org`, { enabled: false }).expect(404)
  })

  it.each(['root', 'root2'])('does not touch superusers: %s', async (name) => {
    const before = await snapshot(stage.db)
    const update = await stage.root.put(`${URL}/${name}`, { enabled: false }).expect(400)
    expect(update.body).toEqual(invalidRequest(stage.url, 'Cannot update a superuser'))
    const removal = await stage.root.delete(`${URL}/${name}`).expect(400)
    expect(removal.body).toEqual(invalidRequest(stage.url, 'Cannot delete a superuser'))
    expect(await snapshot(stage.db)).toEqual(before)
  })
})
