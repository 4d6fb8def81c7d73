import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearer } from '../helpers/api.ts'
import { namespaceId } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const ACME = '/api/v1/organization/acme'
const COUNT = 1_203

let stage: Stage
let token: string
let root: string
let namespace: { namespaceId: string; namespaceName: string }

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.superusers('root')
  await stage.organization('acme')
  token = await stage.token('alice', ['org:admin', 'user:admin'])
  root = await stage.token('root', ['super:user'])
  const { put, delete: remove } = stage.api.as(token)
  for (const name of ['deployer', 'other']) await put(`${ACME}/robots/${name}`).expect(201)
  await remove(`${ACME}/robots/other`).expect(204)
  namespace = { namespaceId: await namespaceId(stage.db, 'acme'), namespaceName: 'acme' }
  const entry = (at: string, metadata: object, more: object = {}) => {
    const createdAt = new Date(at)
    return { id: v7({ msecs: createdAt.getTime() }), kind: 'old', metadata, createdAt, ...more }
  }
  await stage.db.auditEntry.createMany({
    data: [
      entry('2020-01-02T00:00:00Z', { n: 1 }, namespace),
      entry('2020-01-02T23:59:59.999Z', { n: 2 }, namespace),
      entry('2020-01-03T00:00:00Z', { n: 3 }, namespace),
      entry(
        '2019-05-05T12:00:00Z',
        { text: 'a "quoted", text\nof two lines' },
        { ...namespace, performerName: '=cmd', ip: '192.0.2.7' },
      ),
      ...Array.from({ length: COUNT }, (_, n) =>
        entry(new Date(Date.UTC(2018, 0, 1, 0, 0, n)).toISOString(), { n }, namespace),
      ),
      entry('2017-01-01T00:00:00Z', { robot: 'acme+deployer' }, { ...namespace, kind: 'login' }),
    ],
  })
})
afterAll(() => stage.close())

type Log = { logs: { kind: string; metadata: Record<string, unknown> }[] }
const read = async (query: string, path = ACME): Promise<Log> =>
  (
    await stage.api
      .as(path === ACME ? token : root)
      .get(`${path}/logs?${query}`)
      .expect(200)
  ).body
const inInstallation = (entry: Log['logs'][number]) => ({
  ...entry,
  namespace: expect.objectContaining({ name: 'acme' }),
})
const numbers = ({ logs }: Log) => logs.map(({ metadata }) => metadata.n)

describe('the time of a log', () => {
  it.each([
    ['starttime=2020-01-02&endtime=2020-01-02', [2, 1]],
    ['starttime=01/02/2020&endtime=2020-01-03', [3, 2, 1]],
    ['starttime=2020-01-02T00:00:00Z&endtime=2020-01-03T00:00:00Z', [2, 1]],
    ['starttime=2020-01-02T00:00:00.001Z&endtime=2020-01-03', [3, 2]],
    ['starttime=2020-01-02T01:00:00%2B01:00&endtime=2020-01-02T12:00:00-05:00', [1]],
    ['starttime=2020-01-02T00:00Z&endtime=2020-01-02T00:01Z', [1]],
  ])('may be said in ISO 8601: %s', async (query, found) => {
    expect(numbers(await read(query))).toEqual(found)
  })

  it.each(['starttime', 'endtime'])('is refused where it cannot be read: %s', async (name) => {
    for (const text of [
      ...[
        'nonsense',
        '2026-02-30',
        '02/30/2026',
        '2026-13-01',
        '2026-11-28T25:00:00Z',
        '0000-01-01',
      ],
      ...['2026-11-28T12:00:00', '20261128', '%00', '1764288000', '2026-11-28T12:00:00+25:00x'],
    ]) {
      for (const log of ['logs', 'aggregatelogs']) {
        const { body } = await stage.api.as(token).get(`${ACME}/${log}?${name}=${text}`).expect(400)
        expect(body.detail, text).toContain(name)
      }
    }
  })

  it('is as if unsaid where it is empty', async () => {
    expect((await read('starttime=&endtime=')).logs).not.toEqual([])
  })
})

describe('the filters of a log', () => {
  const SINCE = 'starttime=2016-01-01'

  it('finds entries of one kind', async () => {
    const { logs } = await read('kind=create_robot')
    expect(logs.map(({ metadata }) => metadata.robot)).toEqual(['other', 'deployer'])
    expect((await read('kind=nothing_such')).logs).toEqual([])
    const everywhere = await read('kind=create_robot', '/api/v1/superuser')
    expect(everywhere.logs).toHaveLength(2)
    const { body } = await stage.api
      .as(token)
      .get(`${ACME}/aggregatelogs?kind=delete_robot`)
      .expect(200)
    expect(body.aggregated).toMatchObject([{ kind: 'delete_robot', count: 1 }])
  })

  it('counts refusals by reason, where that is asked for', async () => {
    const refuse = (reason: object, kind = 'login_failure') => {
      const createdAt = new Date('2015-03-04T05:06:07Z')
      const id = v7({ msecs: createdAt.getTime() })
      return { id, kind, metadata: { type: 'federation', ...reason }, createdAt, ...namespace }
    }
    await stage.db.auditEntry.createMany({
      data: [
        refuse({ code: 'subject_mismatch' }),
        refuse({ code: 'subject_mismatch' }),
        refuse({ type: 'v2auth' }),
        refuse({ fault: 'tls' }, 'issuer_failure'),
        refuse({}, 'login_success'),
      ],
    })
    const count = async (details: string) => {
      const path = `${ACME}/aggregatelogs?starttime=2015-03-04&endtime=2015-03-04${details}`
      return (await stage.api.as(token).get(path).expect(200)).body.aggregated
    }
    const datetime = 'Wed, 04 Mar 2015 00:00:00 -0000'
    expect(await count('&details=true')).toEqual([
      { kind: 'issuer_failure', count: 1, datetime, reason: 'tls' },
      { kind: 'login_failure', count: 2, datetime, reason: 'subject_mismatch' },
      { kind: 'login_failure', count: 1, datetime, reason: 'v2auth' },
      { kind: 'login_success', count: 1, datetime, reason: null },
    ])
    expect(await count('')).toEqual([
      { kind: 'issuer_failure', count: 1, datetime },
      { kind: 'login_failure', count: 3, datetime },
      { kind: 'login_success', count: 1, datetime },
    ])
  })

  it('finds what is about one robot, by its short or its full name', async () => {
    for (const robot of ['deployer', 'acme%2Bdeployer', 'acme+deployer']) {
      const { logs } = await read(`${SINCE}&robot=${robot.replace('+', '%2B')}`)
      expect(logs.map(({ kind }) => kind)).toEqual(['create_robot', 'login'])
    }
    expect((await read('robot=other&kind=delete_robot')).logs).toHaveLength(1)
    expect((await read('robot=rival%2Bdeployer')).logs).toEqual([])
    expect((await read('robot=nobody')).logs).toEqual([])
  })

  it('finds roles and places in teams that one robot was given, or lost, and no other of that name', async () => {
    const about = (kind: string, metadata: object, day: string) => {
      const createdAt = new Date(`2014-01-${day}T00:00:00Z`)
      return { id: v7({ msecs: createdAt.getTime() }), kind, metadata, createdAt, ...namespace }
    }
    await stage.db.auditEntry.createMany({
      data: [
        about('change_repo_permission', { username: 'acme+deployer', n: 1 }, '01'),
        about('change_repo_permission', { username: 'rival+deployer' }, '02'),
        about('delete_repo_permission', { username: 'acme+deployer', half: '\ud800', n: 2 }, '03'),
        about('org_add_team_member', { member: 'acme+deployer', n: 3 }, '04'),
        about('org_remove_team_member', { member: 'deployer' }, '05'),
        // Who did it is no grantee.
        about(
          'create_prototype_permission',
          { username: 'acme+deployer', delegate_team: 't' },
          '06',
        ),
        about('modify_prototype_permission', { delegate_user: 'acme+deployer', n: 4 }, '07'),
        about('login_success', { robot: 'acme+deployer', n: 5 }, '08'),
        about('user_enable', { username: 'acme+deployer' }, '09'),
      ],
    })
    const period = 'starttime=2014-01-01&endtime=2014-01-31&robot=deployer'
    expect(numbers(await read(period))).toEqual([5, 4, 3, 2, 1])
    expect(numbers(await read(`${period}&kind=org_add_team_member`))).toEqual([3])
    const counts = await stage.api.as(token).get(`${ACME}/aggregatelogs?${period}`).expect(200)
    expect(counts.body.aggregated).toHaveLength(5)
  })

  it('finds in the log of the installation who did something, and a robot by its full name', async () => {
    const path = '/api/v1/superuser'
    const ofRobot = await read(`${SINCE}&robot=acme%2Bdeployer`, path)
    expect(ofRobot.logs).toEqual((await read(`${SINCE}&robot=deployer`)).logs.map(inInstallation))
    expect((await read(`${SINCE}&robot=nobody%2Bdeployer`, path)).logs).toEqual([])
    const ofAlice = await read('performer=alice&kind=delete_robot', path)
    expect(ofAlice.logs).toHaveLength(1)
    expect((await read('performer=root', path)).logs).toEqual([])
    const { get } = stage.api.as(root)
    const counts = await get(`${path}/aggregatelogs?${SINCE}&robot=acme%2Bdeployer`).expect(200)
    expect(counts.body.aggregated).toHaveLength(2)
    const { body } = await get(`${path}/logs?robot=deployer`).expect(400)
    expect(body.detail).toContain('write acme+deployer')
  })

  it.each([
    'kind=Create',
    'kind=%00',
    'kind=',
    'robot=',
    'robot=a%2Bb%2Bc',
    'robot=%00',
    'robot=a%20b',
  ])('names what cannot be read: %s', async (query) => {
    const { body } = await stage.api.as(token).get(`${ACME}/logs?${query}`).expect(400)
    expect(body.detail).toContain(query.split('=')[0])
  })
})

describe('an export', () => {
  const take = async (accept: string, query = 'starttime=2016-01-01') => {
    const headers = { ...bearer(token), accept }
    const answer = await fetch(`${stage.url}${ACME}/logs?${query}`, { headers })
    expect(answer.status).toBe(200)
    return { type: answer.headers.get('content-type'), text: await answer.text() }
  }

  it('holds all entries as lines of JSON, as a page has them', async () => {
    const { type, text } = await take('application/x-ndjson')
    expect(type).toBe('application/x-ndjson; charset=utf-8')
    expect(text.endsWith('\n')).toBe(true)
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.slice(0, 20)).toEqual((await read('starttime=2016-01-01')).logs)
    expect(lines.length).toBeGreaterThan(COUNT + 5)
  })

  it('goes on from a page', async () => {
    const period = 'starttime=2016-01-01'
    const { text: all } = await take('application/x-ndjson', period)
    const { body } = await stage.api.as(token).get(`${ACME}/logs?${period}`).expect(200)
    const rest = await take('application/x-ndjson', `${period}&next_page=${body.next_page}`)
    expect(rest.text.split('\n')).toEqual(all.split('\n').slice(20))
  })

  it('holds all entries as CSV', async () => {
    const { type, text } = await take(
      'text/csv, application/json;q=0.5',
      'starttime=2019-05-05&endtime=2019-05-05',
    )
    expect(type).toBe('text/csv; charset=utf-8')
    expect(text).toBe(
      'datetime,kind,performer,is_robot,ip,namespace,metadata\r\n' +
        `2019-05-05T12:00:00.000Z,old,'=cmd,false,192.0.2.7,acme,"{""text"":""a \\""quoted\\"", text\\nof two lines""}"\r\n`,
    )
    const all = await take('text/csv')
    expect(all.text.split('\r\n').length).toBeGreaterThan(COUNT + 5)
  })

  it('has a head and nothing else where there is nothing', async () => {
    const nothing = 'starttime=2000-01-01&endtime=2000-01-02'
    expect((await take('text/csv', nothing)).text.split('\r\n')).toHaveLength(2)
    expect((await take('application/x-ndjson', nothing)).text).toBe('')
  })

  it.each([
    '',
    '*/*',
    'application/json',
    'text/html, */*;q=0.1',
    'text/csv;q=0',
    'text/csv;q=0.1, application/*',
  ])('is a page of JSON for %j', async (accept) => {
    const { type, text } = await take(accept)
    expect(type).toBe('application/json; charset=utf-8')
    expect(JSON.parse(text).logs).toHaveLength(20)
  })

  it('is refused as a page is', async () => {
    const { get } = stage.api.as(token)
    await get(`${ACME}/logs?starttime=x`).set('accept', 'text/csv').expect(400)
    await get('/api/v1/organization/none/logs').set('accept', 'text/csv').expect(403)
    await stage.api.as().get(`${ACME}/logs`).set('accept', 'text/csv').expect(401)
  })
})
