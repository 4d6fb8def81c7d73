import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { type FullStage, startFullStage } from '../helpers/full-stage.ts'

// An administrator's token hands on no role in repositories that it does not reach itself.

let stage: FullStage
let acme: string
let organization: string

beforeAll(async () => {
  stage = await startFullStage()
  acme = await stage.organization()
  organization = `/api/v1/organization/${acme}`
  const alice = stage.as('alice')
  for (const [name, role] of [
    ['readers', 'read'],
    ['writers', 'write'],
  ] as const) {
    await stage.team(acme, { name, role: 'member' })
    await alice
      .post('/api/v1/repository', {
        namespace: acme,
        repository: name,
        visibility: 'private',
        description: '',
      })
      .expect(201)
    await alice
      .put(`/api/v1/repository/${acme}/${name}/permissions/team/${name}`, { role })
      .expect(200)
  }
  await stage.team(acme, { name: 'heirs', role: 'member' })
  const delegate = { kind: 'team', name: 'heirs' }
  await alice.post(`${organization}/prototypes`, { role: 'write', delegate }).expect(200)
  await stage.team(acme, { name: 'nothing', role: 'member' })
  await stage.team(acme, { name: 'creators', role: 'creator' })
  await alice.put(`${organization}/robots/bot`).expect(201)
})
afterAll(() => stage.close())

const holding = (...scopes: Scope[]) => stage.client('alice', 'org:admin', ...scopes)

const REACHES: [Scope[], string[], string[]][] = [
  [[], ['nothing', 'creators'], ['readers', 'writers', 'heirs', 'owners']],
  [['repo:create'], ['nothing', 'creators'], ['readers', 'writers', 'heirs', 'owners']],
  [['repo:read'], ['nothing', 'creators', 'readers'], ['writers', 'heirs', 'owners']],
  [['repo:write'], ['nothing', 'creators', 'readers', 'writers', 'heirs'], ['owners']],
  [['repo:admin'], ['nothing', 'creators', 'readers', 'writers', 'heirs', 'owners'], []],
]

describe.each(['a user', 'a robot'])('%s', (kind) => {
  it.each(REACHES)('joins with org:admin and %j: %j, not %j', async (scopes, open, closed) => {
    const api = await holding(...scopes)
    const member = kind === 'a user' ? 'bob' : `${acme}+bot`
    for (const team of closed) {
      const answer = await api.put(`${organization}/team/${team}/members/${member}`).expect(403)
      expect(answer.body.error_type).toBe('insufficient_scope')
      const { body } = await api.get(`${organization}/team/${team}/members`).expect(200)
      expect(body.members.map(({ name }: { name: string }) => name)).not.toContain(member)
    }
    for (const team of open) {
      await api.put(`${organization}/team/${team}/members/${member}`).expect(200)
      await api.delete(`${organization}/team/${team}/members/${member}`).expect(204)
    }
  })
})

describe('a team', () => {
  it('becomes one of administrators by a token that reaches the repositories as admin', async () => {
    const path = await stage.team(acme, { name: 'risers', role: 'member', members: ['carol'] })
    const role = 'admin'
    await (await holding('repo:write', 'repo:create')).put(path, { role }).expect(403)
    await (await holding()).put(path, { role: 'creator' }).expect(200)
    await (await holding('repo:admin')).put(path, { role }).expect(200)
    // It is one already: nothing is handed on.
    await (await holding()).put(path, { role, description: 'the same' }).expect(200)
  })
})

describe('a default permission', () => {
  const of = (role: string) => ({ role, delegate: { kind: 'team', name: 'nothing' } })

  it('gives no more than the token reaches', async () => {
    const api = await holding('repo:read')
    const path = `${organization}/prototypes`
    for (const role of ['write', 'admin']) await api.post(path, of(role)).expect(403)
    const { body } = await api.post(path, of('read')).expect(200)
    await api.put(`${path}/${body.id}`, { role: 'write' }).expect(403)
    await (await holding()).post(path, of('read')).expect(403)
    await (await holding('repo:write')).put(`${path}/${body.id}`, { role: 'write' }).expect(200)
  })

  it('for one user goes by a token that reaches every role, as those for everybody apply then', async () => {
    const path = `${organization}/prototypes`
    const [writer, admin] = [await holding('repo:write'), await holding('repo:admin')]
    const permission = { ...of('read'), activating_user: { name: 'bob' } }
    const { body } = await writer.post(path, permission).expect(200)
    await writer.delete(`${path}/${body.id}`).expect(403)
    await admin.delete(`${path}/${body.id}`).expect(204)
  })

  it('is any for a superuser with full access', async () => {
    const root = stage.as('root')
    await root.post(`${organization}/prototypes`, of('admin')).expect(200)
  })
})
