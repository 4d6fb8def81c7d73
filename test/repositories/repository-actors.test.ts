import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { digestOAuthToken, generateOAuthToken } from '../../src/crypto/oauth-token.ts'
import type { Scope } from '../../src/domain/scopes.ts'
import { apiError, invalidRequest } from '../helpers/api.ts'
import { auditEntries, namespaceId } from '../helpers/rows.ts'
import type { Stage } from '../helpers/stage.ts'
import { startRivalStage } from './rival-stage.ts'

const URL = '/api/v1/repository'
const SCOPES: Scope[] = ['repo:admin', 'repo:create', 'user:admin', 'org:admin']

let stage: Stage

beforeAll(async () => {
  stage = await startRivalStage({ config: { superusersFullAccess: true } })
  await stage.superusers('root')
})
afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.repository.deleteMany()
  await stage.clearLog()
  for (const path of ['acme/web', 'rival/web', 'bob/web']) await stage.repository(path)
})

/** A token of an application of the organization for itself. */
async function applicationToken(organization: string, scopes: Scope[]): Promise<string> {
  const token = generateOAuthToken(randomBytes)
  const applicationId = randomUUID()
  const createdAt = new Date()
  await stage.db.oAuthApplication.create({
    data: {
      id: applicationId,
      namespaceId: await namespaceId(stage.db, organization),
      clientId: randomUUID(),
      name: 'deployer',
      scopes,
      createdAt,
    },
  })
  await stage.db.oAuthToken.create({
    data: {
      id: randomUUID(),
      applicationId,
      digest: digestOAuthToken(token),
      scopes,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + 60_000),
    },
  })
  return token
}

const repository = (namespace: string | undefined, name = 'new') => ({
  namespace,
  repository: name,
  visibility: 'private',
  description: '',
})

describe('an application', () => {
  it('administers the repositories of its organization, and no others', async () => {
    const app = stage.api.as(await applicationToken('acme', SCOPES))
    const { body } = await app.get(`${URL}/acme/web`).expect(200)
    expect(body).toMatchObject({ can_write: true, can_admin: true })
    await app.put(`${URL}/acme/web/permissions/user/bob`, { role: 'read' }).expect(200)
    await app.get(`${URL}/acme/none`).expect(404)
    for (const path of ['rival/web', 'bob/web', 'rival/none']) {
      await app.get(`${URL}/${path}`).expect(403)
      await app.delete(`${URL}/${path}`).expect(403)
    }
    const lists = ['acme', 'rival', 'bob'].map((name) => app.get(`${URL}?namespace=${name}`))
    const [own, ...others] = await Promise.all(lists)
    expect(own?.body.repositories).toMatchObject([{ name: 'web' }])
    expect(own?.body.repositories[0]).not.toHaveProperty('is_starred')
    for (const other of others) expect(other.body).toEqual({ repositories: [] })
  })

  it('creates repositories there, without a role for anybody but by default', async () => {
    const app = stage.api.as(await applicationToken('acme', SCOPES))
    await app.put('/api/v1/organization/acme/robots/ci').expect(201)
    for (const delegate of ['acme+ci', 'bob']) {
      const body = { role: 'write', delegate: { kind: 'user', name: delegate } }
      await app.post('/api/v1/organization/acme/prototypes', body).expect(200)
    }
    await app.post(URL, repository('acme')).expect(201)
    const { body } = await app.get(`${URL}/acme/new/permissions/user/`).expect(200)
    expect(body.permissions).toMatchObject({
      'acme+ci': { role: 'write' },
      bob: { role: 'write' },
    })
    expect((await auditEntries(stage.db)).at(-1)).toMatchObject({
      kind: 'create_repo',
      performerName: 'application deployer',
    })
  })

  it('has no namespace of its own', async () => {
    const app = stage.api.as(await applicationToken('acme', SCOPES))
    const { body } = await app.post(URL, repository(undefined)).expect(400)
    expect(body).toEqual(
      invalidRequest(stage.url, 'Must provide a namespace or must be logged in.'),
    )
    for (const namespace of ['rival', 'bob', 'alice', 'nope']) {
      await app.post(URL, repository(namespace)).expect(403)
    }
  })

  it('is capped by its scopes', async () => {
    const app = stage.api.as(await applicationToken('acme', ['repo:read', 'super:user']))
    await app.get(`${URL}/acme/web`).expect(200)
    await app.put(`${URL}/acme/web`, { description: 'x' }).expect(403)
    await app.delete(`${URL}/acme/web`).expect(403)
    await app.post(URL, repository('acme')).expect(403)
    await app.post(URL, repository(undefined)).expect(403)
    await app.get('/api/v1/organization/acme/prototypes').expect(403)
  })
})

describe('a superuser with full access', () => {
  it('administers every repository', async () => {
    const root = await stage.client('root', 'super:user')
    for (const path of ['acme/web', 'bob/web']) {
      const { body } = await root.get(`${URL}/${path}`).expect(200)
      expect(body).toMatchObject({ can_write: true, can_admin: true })
      await root.put(`${URL}/${path}`, { description: 'x' }).expect(200)
    }
    expect((await root.get(`${URL}?namespace=bob`)).body.repositories).toHaveLength(1)
    await root.get(`${URL}/nope/none`).expect(404)
    await root.get('/api/v1/organization/acme/prototypes').expect(200)
    await root.get('/api/v1/organization/nope/prototypes').expect(404)
  })

  it('creates repositories everywhere but nowhere', async () => {
    const root = await stage.client('root', 'super:user')
    for (const namespace of ['acme', 'bob', undefined]) {
      await root.post(URL, repository(namespace)).expect(201)
    }
    const { body } = await root.post(URL, repository('nope')).expect(404)
    expect(body).toEqual(apiError(stage.url, 'not_found'))
  })

  it('needs the scope for it', async () => {
    const root = await stage.client('root', ...SCOPES)
    await root.get(`${URL}/acme/web`).expect(403)
    await root.post(URL, repository('acme')).expect(403)
    expect((await root.get(`${URL}?namespace=acme`)).body.repositories).toEqual([])
    const alice = await stage.client('alice', 'super:user')
    await alice.get(`${URL}/bob/web`).expect(403)
    await alice.post(URL, repository(undefined)).expect(403)
  })
})
