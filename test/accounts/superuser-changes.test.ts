import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, apiOf, invalidRequest } from '../helpers/api.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { PASSWORD, startService, type TestService } from '../helpers/service.ts'

const URL = '/api/v1/superuser/users'

let service: TestService
let api: Api
let root: string

beforeAll(async () => {
  service = await startService()
  api = apiOf(service.url)
  await service.createUser('root', { superuser: true })
  await service.createUser('root2', { superuser: true })
  await service.createUser('bob')
  await service.createOrganization('an-org', 'root')
  root = await service.token('root', ['super:user'])
})
afterAll(() => service.close())

const asRoot = () => api.as(root)
const lastEntry = async () => (await auditEntries(service.db)).at(-1)

describe('changing', () => {
  it('answers what the user was before', async () => {
    const { body } = await asRoot()
      .put(`${URL}/bob`, { email: 'robert@example.com', enabled: true })
      .expect(200)
    expect(body).toMatchObject({ name: 'bob', email: 'bob@example.com', enabled: true })
    expect(body).not.toHaveProperty('encrypted_password')
    const { body: after } = await asRoot().get(`${URL}/bob`)
    expect(after.email).toBe('robert@example.com')
    expect(await lastEntry()).toMatchObject({
      kind: 'user_change_email',
      namespaceName: 'bob',
      performerName: 'root',
      metadata: { username: 'bob', email: 'robert@example.com', old_email: 'bob@example.com' },
    })
  })

  it('replaces the password', async () => {
    const { body } = await asRoot().put(`${URL}/bob`, { password: 'another-one' }).expect(200)
    expect(body.encrypted_password).toBe('')
    const entries = await auditEntries(service.db)
    await api.login('bob', PASSWORD).expect(401)
    await api.login('bob', 'another-one').expect(200)
    expect(entries.at(-1)).toMatchObject({ kind: 'user_change_password', namespaceName: 'bob' })
    expect(JSON.stringify(entries)).not.toContain('another-one')
  })

  it('changes all that is given or nothing', async () => {
    const before = await snapshot(service.db)
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
      const { body } = await asRoot().put(`${URL}/bob`, sent).expect(400)
      expect(body).toEqual({ message })
    }
    for (const sent of [{ enabled: 'no' }, { email: null }, { password: 5 }, { email: 'a\0@b' }]) {
      const { body } = await asRoot().put(`${URL}/bob`, sent).expect(400)
      expect(body).toEqual(invalidRequest(service.url))
    }
    await asRoot().put(`${URL}/bob`, {}).expect(200)
    await asRoot().put(`${URL}/bob`, { enabled: true, superuser: true }).expect(200)
    expect(await snapshot(service.db)).toEqual(before)
  })

  it('knows no organizations, robots and strangers', async () => {
    await asRoot().put(`${URL}/nobody`, { enabled: false }).expect(404)
    await asRoot().delete(`${URL}/nobody`).expect(404)
    await asRoot().delete(`${URL}/an-org`).expect(404)
    await asRoot().put(`${URL}/an-org`, { enabled: false }).expect(404)
  })

  it.each(['root', 'root2'])('does not touch superusers: %s', async (name) => {
    const before = await snapshot(service.db)
    const update = await asRoot().put(`${URL}/${name}`, { enabled: false }).expect(400)
    expect(update.body).toEqual(invalidRequest(service.url, 'Cannot update a superuser'))
    const removal = await asRoot().delete(`${URL}/${name}`).expect(400)
    expect(removal.body).toEqual(invalidRequest(service.url, 'Cannot delete a superuser'))
    expect(await snapshot(service.db)).toEqual(before)
  })
})
