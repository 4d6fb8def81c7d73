import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { basic } from '../helpers/api.ts'
import { type FullStage, startFullStage } from '../helpers/full-stage.ts'

// Published weaknesses of services that hand out machine identities, tried over HTTP.

let stage: FullStage
let acme: string
let organization: string
let repository: string

beforeAll(async () => {
  stage = await startFullStage()
  acme = await stage.organization()
  organization = `/api/v1/organization/${acme}`
  repository = `/api/v1/repository/${acme}/web`
  const alice = stage.as('alice')
  await alice.put(`${organization}/robots/bot`).expect(201)
  const web = { namespace: acme, repository: 'web', visibility: 'private', description: '' }
  await alice.post('/api/v1/repository', web).expect(201)
  await stage.team(acme, { name: 'readers', role: 'member', members: ['bob'] })
  await stage.team(acme, { name: 'creators', role: 'creator', members: ['carol'] })
  await alice.put(`${repository}/permissions/team/readers`, { role: 'read' }).expect(200)
})
afterAll(() => stage.close())

const as = (user: string, scopes: Scope[]) => stage.client(user, ...scopes)

/** What the robot's static token may do in the repository. */
async function robotActions() {
  const alice = stage.as('alice')
  const { body: robot } = await alice.get(`${organization}/robots/bot`).expect(200)
  const { body } = await stage.api
    .call('get', `/v2/auth?scope=repository:${acme}/web:pull,push,*`)
    .set(basic(robot.name, robot.token))
    .expect(200)
  const { access } = decodeJwt<{ access: { actions: string[] }[] }>(body.token)
  return access.flatMap(({ actions }) => actions)
}

describe('a robot with more rights than its creator (CWE-269)', () => {
  it('has none at all when it is new, whoever made it', async () => {
    expect(await robotActions()).toEqual([])
  })

  it.each([
    ['bob', 'reads'],
    ['carol', 'creates repositories'],
    ['dave', 'is nobody'],
  ])('is made by no member who is no administrator: %s %s', async (user) => {
    const caller = await as(user, ['org:admin', 'user:admin', 'repo:admin', 'repo:create'])
    await caller.put(`${organization}/robots/mine`).expect(403)
    await caller.post(`${organization}/robots/bot/regenerate`).expect(403)
    await caller.post(`${organization}/robots/bot/federation`, []).expect(403)
  })

  it.each<Scope[]>([['repo:read'], ['repo:write'], ['repo:create'], ['user:admin']])(
    'is made by no token of an administrator without the scope: %s',
    async (...scopes) => {
      const caller = await as('alice', scopes)
      await caller.put(`${organization}/robots/mine`).expect(403)
    },
  )

  it('gets nothing in a repository from a token that reaches no repository', async () => {
    const caller = await as('alice', ['org:admin'])
    const robot = `${acme}+bot`
    await caller.put(`${repository}/permissions/user/${robot}`, { role: 'admin' }).expect(403)
    await caller.put(`${organization}/team/readers/members/${robot}`).expect(403)
    await caller.put(`${organization}/team/owners/members/${robot}`).expect(403)
    const delegate = { kind: 'user', name: robot }
    await caller.post(`${organization}/prototypes`, { role: 'read', delegate }).expect(403)
    expect(await robotActions()).toEqual([])
  })

  it('joins no team of another organization', async () => {
    const other = await stage.organization()
    const alice = stage.as('alice')
    await alice.put(`/api/v1/organization/${other}/team/owners/members/${acme}+bot`).expect(400)
  })
})

describe('secrets shown to a read-only role (CWE-522)', () => {
  let client: { client_id: string; client_secret: string }
  let robotToken: string

  beforeAll(async () => {
    const alice = stage.as('alice')
    const application = { name: 'ci', scopes: ['org:admin'] }
    client = (await alice.post(`${organization}/applications`, application).expect(200)).body
    robotToken = (await alice.get(`${organization}/robots/bot`).expect(200)).body.token
  })

  const everything = () => [
    `${organization}/robots`,
    `${organization}/robots?token=true&permissions=true`,
    `${organization}/robots/bot`,
    `${organization}/robots/bot/federation`,
    `${organization}/robots/bot/permissions`,
    `${organization}/robots/bot/credentials?format=env`,
    `${organization}/applications`,
    `${organization}/applications/${client.client_id}`,
    `${organization}/applications/${client.client_id}/tokens`,
    `${organization}/members`,
    `${organization}/logs`,
    `${organization}/team/readers/members`,
    `/api/v1/app/${client.client_id}`,
    `/api/v1/entities/${acme}%2Bbot?namespace=${acme}`,
    `${repository}/permissions/user/`,
    repository,
    organization,
  ]

  it.each<[string, string, Scope[]]>([
    ['a member who reads', 'bob', ['repo:read', 'user:read']],
    ['a member with every scope', 'bob', ['org:admin', 'user:admin', 'repo:admin', 'repo:create']],
    ['a member who creates repositories', 'carol', ['repo:create', 'org:admin']],
    ['an administrator with a token that reads', 'alice', ['repo:read', 'user:read']],
    ['an administrator with a token that creates repositories', 'alice', ['repo:create']],
    ['a superuser with a token that reads', 'root', ['repo:read', 'user:read']],
  ])('%s sees none', async (_, user, scopes) => {
    const caller = await as(user, scopes)
    for (const path of everything()) {
      const { text } = await caller.get(path)
      expect(text, path).not.toContain(robotToken)
      expect(text, path).not.toContain(client.client_secret)
    }
  })

  it('an administrator sees them, so that the above is no accident', async () => {
    const alice = stage.as('alice')
    const telling = []
    for (const path of everything()) {
      const { text } = await alice.get(path).expect(200)
      if (text.includes(robotToken) || text.includes(client.client_secret)) telling.push(path)
    }
    expect(telling).toEqual([
      `${organization}/robots`,
      `${organization}/robots?token=true&permissions=true`,
      `${organization}/robots/bot`,
      `${organization}/robots/bot/credentials?format=env`,
      `${organization}/applications`,
      `${organization}/applications/${client.client_id}`,
    ])
  })
})
