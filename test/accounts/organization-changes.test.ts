import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, invalidRequest } from '../helpers/api.ts'
import { robotTokenOf } from '../helpers/federation.ts'
import { type FullStage, startFullStage } from '../helpers/full-stage.ts'
import { auditEntries, namespaceId, snapshot } from '../helpers/rows.ts'

let stage: FullStage
beforeAll(async () => {
  stage = await startFullStage()
})
afterAll(() => stage.close())

const alice = () => stage.as('alice')
const root = () => stage.as('root')

/** Kinds and metadata of what the audit log tells of a namespace, without the token that was used. */
async function logOf(id: string) {
  const entries = (await auditEntries(stage.db)).filter((row) => row.namespaceId === id)
  return entries.map(({ kind, metadata }) => {
    const { oauth_token_id: _token, ...rest } = metadata as Record<string, unknown>
    return [kind, rest]
  })
}

describe('PUT an organization', () => {
  it('changes what is given, keeps the rest, and answers the organization', async () => {
    const acme = await stage.organization()
    const path = `/api/v1/organization/${acme}`
    const first = await alice().put(path, { email: 'acme@example.com', name: 'ignored' })
    expect(first.status).toBe(200)
    expect(first.body).toMatchObject({ name: acme, email: 'acme@example.com', is_admin: true })
    const changes = {
      invoice_email: true,
      invoice_email_address: 'bills@example.com',
      tag_expiration_s: 86_400,
    }
    await alice().put(path, changes).expect(200)
    await alice().put(path, {}).expect(200)
    const { body } = await alice().get(path).expect(200)
    expect(body).toMatchObject({ email: 'acme@example.com', ...changes })
    expect(body).toEqual((await alice().put(path, changes)).body)
    await alice().put(path, { invoice_email_address: null, email: '' }).expect(200)
    const after = (await alice().get(path)).body
    expect(after).toMatchObject({ email: '', invoice_email: true, invoice_email_address: null })

    expect((await logOf(await namespaceId(stage.db, acme))).slice(1)).toEqual([
      ['org_change_email', { email: 'acme@example.com', old_email: null, namespace: acme }],
      ['org_change_invoicing', { invoice_email: true, namespace: acme }],
      ['org_change_invoicing', { invoice_email_address: 'bills@example.com', namespace: acme }],
      ['org_change_tag_expiration', { tag_expiration: 86_400, namespace: acme }],
      ['org_change_invoicing', { invoice_email_address: null, namespace: acme }],
      ['org_change_email', { email: null, old_email: 'acme@example.com', namespace: acme }],
    ])
  })

  it('takes the address of a user and of another organization', async () => {
    const [acme, other] = [await stage.organization(), await stage.organization()]
    for (const email of ['bob@example.com', 'ops@example.com', 'OPS@example.com']) {
      for (const name of [acme, other]) {
        const { body } = await alice().put(`/api/v1/organization/${name}`, { email }).expect(200)
        expect(body).toMatchObject({ email })
      }
    }
  })

  it('refuses bad values, without changing anything', async () => {
    const acme = await stage.organization()
    const path = `/api/v1/organization/${acme}`
    const before = await snapshot(stage.db)
    const odd = await alice().put(path, { tag_expiration_s: 5 }).expect(400)
    expect(odd.body).toEqual({ message: 'Invalid tag expiration option' })
    const bodies = [
      { email: 'nonsense' },
      { email: null },
      { email: `${'a'.repeat(320)}@b` },
      { invoice_email: 'yes' },
      { invoice_email_address: 'nonsense' },
      { tag_expiration_s: -1 },
      { tag_expiration_s: 1.5 },
      { tag_expiration_s: 1e300 },
      [],
    ]
    for (const body of bodies) {
      await stage.as('bob').put(path, body).expect(403)
      const answer = await alice().put(path, body).expect(400)
      expect(answer.body).toEqual(invalidRequest(stage.url))
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('is not for a user, whose name is no organization', async () => {
    const answer = await alice().put('/api/v1/organization/alice', {}).expect(404)
    expect(answer.body).toEqual(apiError(stage.url, 'not_found'))
    await alice().delete('/api/v1/organization/alice').expect(404)
    await alice().delete('/api/v1/organization/bob').expect(403)
    await root().delete('/api/v1/organization/nowhere').expect(404)
  })
})

describe('DELETE an organization', () => {
  const everything = async (name: string) => {
    await alice().put(`/api/v1/organization/${name}/robots/bot`).expect(201)
    const members = ['carol', `${name}+bot`]
    await stage.team(name, { name: 'devs', role: 'member', members })
    const { db } = stage
    await stage.repository(`${name}/web`, { robots: { [`${name}+bot`]: 'write' } })
    const id = await namespaceId(db, name)
    const [applicationId, createdAt] = [crypto.randomUUID(), new Date()]
    const application = { id: applicationId, clientId: name, name, namespaceId: id, createdAt }
    await db.oAuthApplication.create({ data: application })
    const userId = await namespaceId(db, 'carol')
    const { token } = await db.$transaction((tx) =>
      stage.services.apiTokens.issue(tx, {
        userId,
        applicationId,
        name: 'test',
        scopes: ['user:read'],
        expiresIn: 3600,
      }),
    )
    return { id, token }
  }

  it.each(['/api/v1/organization', '/api/v1/superuser/organizations'])(
    'takes all that hangs off it, and nothing else (%s)',
    async (path) => {
      const acme = await stage.organization()
      const before = await snapshot(stage.db)
      const other = `${acme}-inc`
      await stage.organization(other)
      const { id, token } = await everything(other)
      await stage.api.as(token).get('/api/v1/user/').expect(200)
      await root().delete(`${path}/${other}`).expect(204)
      await stage.api.as(token).get('/api/v1/user/').expect(401)
      const { audit_entries: _entries, ...after } = await snapshot(stage.db)
      expect(before).toMatchObject(after)
      expect((await logOf(id)).at(-1)).toEqual(['org_delete', { namespace: other }])
    },
  )

  it('happens once', async () => {
    const acme = await stage.organization()
    const path = `/api/v1/organization/${acme}`
    const answers = await Promise.all(Array.from({ length: 4 }, () => alice().delete(path)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    for (const status of statuses) expect([204, 403, 404]).toContain(status)
    await stage.organization(acme)
  })
})

describe('PUT another name', () => {
  const rename = (name: string, body: object) =>
    root().put(`/api/v1/superuser/organizations/${name}`, body)

  it('takes robots, teams and repositories along, and nobody else', async () => {
    const acme = await stage.organization()
    const [next, neighbour] = [`${acme}.new`, `${acme}-neighbour`]
    await stage.organization(neighbour)
    const tokens: Record<string, string> = {}
    for (const name of [acme, neighbour]) {
      const { body } = await alice().put(`/api/v1/organization/${name}/robots/bot`).expect(201)
      tokens[name] = body.token
    }
    const id = await namespaceId(stage.db, acme)
    const { body } = await rename(acme, { name: next }).expect(200)
    expect(body).toEqual({
      name: next,
      email: '',
      avatar: expect.objectContaining({ kind: 'org' }),
    })

    const { api } = stage
    await api.login(`${next}+bot`, tokens[acme] ?? '').expect(200)
    await api.login(`${acme}+bot`, tokens[acme] ?? '').expect(401)
    await api.login(`${neighbour}+bot`, tokens[neighbour] ?? '').expect(200)
    const robot = await alice().get(`/api/v1/organization/${next}/robots/bot`).expect(200)
    expect(robot.body).toMatchObject({ name: `${next}+bot`, token: tokens[acme] })
    await alice().get(`/api/v1/organization/${acme}`).expect(404)
    await alice().get(`/api/v1/organization/${next}/team/owners/members`).expect(200)
    expect(await namespaceId(stage.db, next)).toBe(id)
    expect(await logOf(id)).toContainEqual([
      'org_change_name',
      { old_name: acme, new_name: next, namespace: next },
    ])
  })

  it('leaves short-lived tokens of robots valid, under the new name', async () => {
    const acme = await stage.organization()
    const path = `/api/v1/organization/${acme}/robots/bot`
    await alice().put(path).expect(201)
    const identity = { issuer: 'https://issuer.example', subject: 'job' }
    await alice().post(`${path}/federation`, [identity]).expect(201)
    const token = await robotTokenOf(stage, `${acme}+bot`)
    await stage.api.login(`${acme}+bot`, token).expect(200)
    const next = `${acme}-renamed`
    await rename(acme, { name: next }).expect(200)
    await stage.api.login(`${next}+bot`, token).expect(200)
    await stage.api.login(`${acme}+bot`, token).expect(401)
    await alice().put(`/api/v1/organization/${next}/robots/other`).expect(201)
    await stage.api.login(`${next}+other`, token).expect(401)
  })

  it('keeps the name where none or the same is given', async () => {
    const acme = await stage.organization()
    const before = await snapshot(stage.db)
    for (const body of [{}, { name: acme }]) {
      expect((await rename(acme, body).expect(200)).body.name).toBe(acme)
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('refuses names in use and bad ones', async () => {
    const [acme, globex] = [await stage.organization(), await stage.organization()]
    await alice()
      .put(`/api/v1/organization/${acme}/robots/${'b'.repeat(200)}`)
      .expect(201)
    const before = await snapshot(stage.db)
    for (const name of [globex, 'bob']) {
      const answer = await rename(acme, { name }).expect(400)
      const words = 'A user or organization with this name already exists'
      expect(answer.body).toEqual(invalidRequest(stage.url, words))
    }
    for (const name of ['Bad!', 'a', 'trailing\n', 'c'.repeat(60)]) {
      const answer = await rename(acme, { name }).expect(400)
      expect(answer.body).toEqual({
        message: expect.stringContaining(`Invalid username ${name}: `),
      })
    }
    await rename(acme, { name: null }).expect(400)
    await rename(acme, { name: 'a\0b' }).expect(400)
    for (const name of ['nowhere', 'bob', 'a%00b']) {
      const answer = await rename(name, { name: 'fresh' }).expect(400)
      const message = `Organization does not exist: ${decodeURIComponent(name)}`
      expect(answer.body).toEqual({ message })
      await root().delete(`/api/v1/superuser/organizations/${name}`).expect(400)
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('is for superusers with the scope only', async () => {
    const acme = await stage.organization()
    const path = `/api/v1/superuser/organizations/${acme}`
    const scopeless = await stage.token('root', ['org:admin', 'user:admin'])
    const userToken = await stage.token('alice', ['super:user', 'org:admin'])
    for (const token of [scopeless, userToken]) {
      const answer = await stage.api.as(token).put(path, { name: 'mine' }).expect(403)
      expect(answer.body).toEqual(apiError(stage.url, 'insufficient_scope'))
      await stage.api.as(token).delete(path).expect(403)
    }
    await stage.api.as().put(path, { name: 'mine' }).expect(401)
  })
})
