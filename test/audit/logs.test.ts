import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatDate } from '../../src/domain/dates.ts'
import { apiError, invalidRequest } from '../helpers/api.ts'
import { namespaceId } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
const tokens: Record<string, string> = {}

beforeAll(async () => {
  stage = await startStage()
  await stage.superusers('root')
  await stage.people('alice', 'bob', 'carol')
  await stage.organization('acme')
  await stage.organization('rival', 'bob')
  await stage.team('acme', { name: 'devs', role: 'creator', members: ['carol'] })
  await stage.repository('acme/web')
  const all = ['repo:admin', 'repo:create', 'user:admin', 'org:admin', 'super:user'] as const
  for (const name of ['root', 'alice', 'bob', 'carol']) {
    tokens[name] = await stage.token(name, [...all])
  }
})
afterAll(() => stage.close())

const as = (name: string) => stage.api.as(tokens[name])
const kinds = (body: { logs: { kind: string }[] }) => body.logs.map(({ kind }) => kind)

describe('an entry', () => {
  it('tells what was done, by whom and from where', async () => {
    await as('alice').put('/api/v1/organization/acme/robots/bot', { description: 'd' }).expect(201)
    const { body } = await as('alice').get('/api/v1/organization/acme/logs').expect(200)
    expect(body.logs[0]).toEqual({
      kind: 'create_robot',
      metadata: {
        robot: 'bot',
        description: 'd',
        unstructured_metadata: null,
        oauth_token_id: expect.any(String),
      },
      ip: '127.0.0.1',
      datetime: expect.stringMatching(/ -0000$/),
      performer: {
        kind: 'user',
        name: 'alice',
        is_robot: false,
        avatar: {
          name: 'alice',
          kind: 'user',
          hash: expect.any(String),
          color: expect.any(String),
        },
      },
    })
  })

  it('names robots as such, and leaves out a performer that is unknown', async () => {
    const { body } = await as('bob').put('/api/v1/user/robots/runner')
    await stage.api.login('bob+runner', body.token).expect(200)
    await stage.services.settled()
    const { body: log } = await as('bob').get('/api/v1/user/logs').expect(200)
    expect(log.logs[0]).toMatchObject({
      kind: 'login_success',
      performer: { name: 'bob+runner', is_robot: true, avatar: { kind: 'robot' } },
    })
    await stage.services.audit.record(stage.db, {
      kind: 'federated_robot_token_exchange',
      namespace: { id: await namespaceId(stage.db, 'bob'), name: 'bob' },
      performer: {},
      metadata: {},
    })
    const { body: next } = await as('bob').get('/api/v1/user/logs').expect(200)
    expect(next.logs[0]).not.toHaveProperty('performer')
  })
})

describe('who may read', () => {
  const refused = { alice: [], bob: ['acme'], carol: ['acme'], root: ['acme', 'rival'] }

  it.each(Object.entries(refused))('%s is refused the logs of %j', async (name, organizations) => {
    for (const organization of organizations) {
      for (const log of ['logs', 'aggregatelogs']) {
        const { body } = await as(name).get(`/api/v1/organization/${organization}/${log}`)
        expect(body).toEqual(apiError(stage.url, 'insufficient_scope'))
      }
    }
    await as(name).get('/api/v1/user/logs').expect(200)
  })

  it.each([
    ['user', 'org:admin'],
    ['organization/acme', 'user:admin'],
    ['repository/acme/web', 'repo:write'],
    ['superuser', 'org:admin'],
  ] as const)('%s/logs needs more than %s', async (prefix, scope) => {
    const token = await stage.token(prefix === 'superuser' ? 'root' : 'alice', [scope])
    await stage.api.as(token).get(`/api/v1/${prefix}/logs`).expect(403)
    await stage.api.as(token).get(`/api/v1/${prefix}/aggregatelogs`).expect(403)
    await stage.api.as().get(`/api/v1/${prefix}/logs`).expect(401)
    await stage.api.as().get(`/api/v1/${prefix}/aggregatelogs`).expect(401)
  })

  it('needs a superuser for the log of the installation', async () => {
    await as('alice').get('/api/v1/superuser/logs').expect(403)
    await as('alice').get('/api/v1/superuser/aggregatelogs').expect(403)
    const { body } = await as('root').get('/api/v1/superuser/logs').expect(200)
    expect(kinds(body)).toEqual(expect.arrayContaining(['user_create', 'create_oauth_api_token']))
    const created = body.logs.find(
      ({ kind, namespace }: { kind: string; namespace?: { name: string } }) =>
        kind === 'org_create' && namespace?.name === 'rival',
    )
    expect(created.namespace).toMatchObject({ kind: 'org', name: 'rival', avatar: { kind: 'org' } })
  })

  it("does not take the caller's own name for an organization", async () => {
    await as('alice').get('/api/v1/organization/alice/logs').expect(404)
    await as('alice').get('/api/v1/organization/bob/logs').expect(403)
    await as('alice').get('/api/v1/organization/nope/logs').expect(403)
  })

  it('gives superusers every log where they have full access', async () => {
    const { database } = stage
    const other = await startStage({ database, config: { superusersFullAccess: true } })
    const root = await other.client('root', 'super:user')
    const { body } = await root.get('/api/v1/organization/acme/logs')
    expect(kinds(body)).toContain('org_create')
    await other.close()
  })
})

describe('the log of a repository', () => {
  it('holds the entries about it and no others', async () => {
    const namespace = { id: await namespaceId(stage.db, 'acme'), name: 'acme' }
    const { id } = await stage.db.repository.findFirstOrThrow({ where: { name: 'web' } })
    const about = (repositoryId?: string) =>
      stage.services.audit.record(stage.db, {
        kind: 'create_robot',
        namespace,
        ...(repositoryId !== undefined && { repositoryId }),
        performer: {},
        metadata: { about: repositoryId ?? 'nothing' },
      })
    await about(id)
    await about(randomUUID())
    await about()
    const { body } = await as('alice').get('/api/v1/repository/acme/web/logs').expect(200)
    expect(body.logs.map(({ metadata }: { metadata: object }) => metadata)).toEqual([{ about: id }])
    const { body: counted } = await as('alice').get('/api/v1/repository/acme/web/aggregatelogs')
    expect(counted.aggregated).toMatchObject([{ kind: 'create_robot', count: 1 }])
    await as('bob').get('/api/v1/repository/acme/web/logs').expect(403)
    await as('alice').get('/api/v1/repository/acme/nope/logs').expect(404)
  })
})

describe('filters', () => {
  beforeAll(() => as('alice').put('/api/v1/user/robots/only').expect(200))

  it('finds what one performer did', async () => {
    await stage.team('rival', { name: 'helpers', role: 'admin', members: ['carol'] })
    await as('bob').put('/api/v1/organization/rival/robots/one').expect(201)
    await as('carol').put('/api/v1/organization/rival/robots/two').expect(201)
    const by = async (performer: string) => {
      const path = `/api/v1/organization/rival/logs?performer=${performer}`
      const { body } = await as('bob').get(path).expect(200)
      return body.logs.map(({ metadata }: { metadata: { robot: string } }) => metadata.robot)
    }
    expect(await by('bob')).toEqual(['one'])
    expect(await by('carol')).toEqual(['two'])
    expect(await by('nobody')).toEqual([])
    expect(await by('CAROL')).toEqual([])
    expect(await by("'; DROP TABLE audit_entries; --")).toEqual([])
    const counted = await as('bob').get('/api/v1/organization/rival/aggregatelogs?performer=carol')
    expect(counted.body.aggregated).toMatchObject([{ kind: 'create_robot', count: 1 }])
  })

  it('takes no text that cannot be stored', async () => {
    const { body } = await as('alice').get('/api/v1/user/logs?performer=%00').expect(400)
    expect(body).toEqual(invalidRequest(stage.url))
  })

  it('reads whole days, the last one included', async () => {
    const query = 'starttime=1/2/2020&endtime=01/03/2020'
    const { body } = await as('alice').get(`/api/v1/user/logs?${query}`).expect(200)
    expect(body).toEqual({
      start_time: formatDate(new Date('2020-01-02')),
      end_time: formatDate(new Date('2020-01-04')),
      logs: [],
    })
  })

  it.each(['logs', 'aggregatelogs'])('refuses an end before the start: %s', async (log) => {
    const query = 'starttime=01/01/2030&endtime=01/01/2020'
    const { body } = await as('alice').get(`/api/v1/organization/acme/${log}?${query}`).expect(400)
    expect(body).toEqual(invalidRequest(stage.url))
  })

  it('reaches as far as dates do', async () => {
    const query = 'starttime=01/01/0001&endtime=12/31/9999'
    const { body } = await as('alice').get(`/api/v1/user/logs?${query}`).expect(200)
    expect(kinds(body)).toEqual(['create_robot'])
    await as('alice').get(`/api/v1/user/aggregatelogs?${query}`).expect(200)
    await as('alice').get('/api/v1/user/logs?starttime=12/31/9999').expect(400)
  })
})
