import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SourceContent, SourceThing } from '../../src/domain/quay-content.ts'
import { createQuayApi } from '../../src/quay/quay-api.ts'
import { createQuayRequests } from '../../src/quay/quay-requests.ts'
import { readQuay } from '../../src/quay/read-quay.ts'
import { type FakeQuay, startFakeQuay } from './fake-quay.ts'

// What is read of a Quay: whom it lists to whom, and what cannot come over.

type Answers = Record<string, object>

let quay: FakeQuay
/** By path, with its query where that matters; what is not there is answered 404. */
let answers: Answers
let statuses: Record<string, number>

beforeEach(async () => {
  quay = await startFakeQuay({})
  answers = {}
  statuses = {}
  quay.answer((response, { url = '' }) => {
    const path = url.split('?', 1)[0] ?? ''
    const status = statuses[path]
    if (status) response.writeHead(status).end('{}')
    else send(response, answers[url] ?? answers[path])
    return true
  })
})
afterEach(() => quay.close())

const send = (response: ServerResponse, answer: object | undefined) =>
  response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}))

async function read(organizations?: string[]): Promise<SourceContent> {
  const asking = createQuayRequests({
    ...{ url: new URL(quay.url), token: 'secret-token', rate: 1000 },
    wait: async () => {},
  })
  try {
    return await readQuay(
      createQuayApi(asking, () => {}),
      organizations,
    )
  } finally {
    await asking.close()
  }
}

const of = <Kind extends SourceThing['kind']>({ things }: SourceContent, kind: Kind) =>
  things.filter((one): one is Extract<SourceThing, { kind: Kind }> => one.kind === kind)

const names = (list: { kind: string; name: string; why: string }[]) =>
  list.map(({ kind, name, why }) => `${kind} ${name}: ${why}`)

const CALLER = { username: 'root', email: 'root@example.com', super_user: false }
const REPOSITORIES = '/api/v1/repository'
const ROOTS_OWN = {
  '/api/v1/user/': CALLER,
  '/api/v1/user/robots': { robots: [] },
  [REPOSITORIES]: { repositories: [] },
}

/** An organization in which there is nothing but teams with members. */
function organization(name: string, teams: Record<string, [role: string, ...members: object[]]>) {
  const path = `/api/v1/organization/${name}`
  return {
    [path]: {
      ...{ name, email: '', is_admin: true },
      teams: Object.fromEntries(
        Object.entries(teams).map(([team, [role]]) => [
          team,
          { name: team, description: '', role },
        ]),
      ),
    },
    [`${path}/robots`]: { robots: [] },
    [`${path}/prototypes`]: { prototypes: [] },
    ...Object.fromEntries(
      Object.entries(teams).map(([team, [, ...members]]) => [
        `${path}/team/${team}/members`,
        { members },
      ]),
    ),
  } satisfies Answers
}
const member = (name: string, more: object = {}) => ({
  ...{ name, is_robot: name.includes('+') },
  ...more,
})

/** Of a superuser, who is told of all users and organizations. */
const superuser = (users: object[], organizations: string[] = []): Answers => ({
  ...ROOTS_OWN,
  '/api/v1/user/': { ...CALLER, super_user: true },
  '/api/v1/superuser/users/?disabled=true': { users: [CALLER, ...users] },
  '/api/v1/superuser/organizations/': { organizations: organizations.map((name) => ({ name })) },
})

describe('users', () => {
  it('come with their address and whether they are enabled, also those who are disabled', async () => {
    answers = superuser([
      { username: 'alice', email: 'alice@example.com' },
      { username: 'bob', email: '', enabled: false },
      { username: 'acme', kind: 'organization' },
      { username: 'acme+ci' },
      { username: 'boss', super_user: true },
    ])
    for (const name of ['alice', 'bob', 'boss'])
      statuses[`/api/v1/organization/${name}/robots`] = 403
    const content = await read()
    expect(of(content, 'user')).toEqual([
      { kind: 'user', name: 'alice', email: 'alice@example.com', enabled: true },
      { kind: 'user', name: 'bob', email: undefined, enabled: false },
      { kind: 'user', name: 'boss', email: undefined, enabled: true },
      { kind: 'user', name: 'root', email: 'root@example.com', enabled: true },
    ])
    expect(names(content.without)).toEqual([
      'superuser boss: comes as an ordinary user, unless it is here before (user create --superuser)',
      'robots of alice, bob, boss: if there are any, they are shown to their users alone: run it again with a token of each',
    ])
  })

  it('of whom many hide their robots are named in part', async () => {
    const many = [...'abcdefg'].map((username) => ({ username }))
    answers = superuser(many)
    for (const { username } of many) statuses[`/api/v1/organization/${username}/robots`] = 403
    const [hidden] = (await read()).without
    expect(hidden?.name).toBe('of a, b, c, d, e and 2 more')
  })

  it('are those that are met, where the token may not list them', async () => {
    answers = {
      ...ROOTS_OWN,
      ...organization('acme', {
        owners: ['admin', member('root')],
        devs: ['member', member('zoe')],
      }),
      '/api/v1/user/': { ...CALLER, super_user: true, organizations: [{ name: 'acme' }] },
    }
    statuses['/api/v1/superuser/users/'] = 403
    expect(of(await read(), 'user')).toMatchObject([
      { name: 'root', email: 'root@example.com', enabled: undefined },
      { name: 'zoe', email: undefined, enabled: undefined },
    ])
  })

  it('nobody is one without a token', async () => {
    answers = { '/api/v1/user/': { ...CALLER, anonymous: true } }
    await expect(read()).rejects.toThrow('nobody is logged in')
  })
})

describe('members of teams', () => {
  it('who were only invited do not come, and are told of', async () => {
    answers = {
      ...ROOTS_OWN,
      ...organization('acme', {
        owners: ['admin', member('root')],
        devs: ['member', member('bob', { invited: true }), member('acme+ci'), member('carol')],
      }),
    }
    const content = await read(['acme'])
    expect(of(content, 'member').map(({ name, team }) => `${name} in ${team}`)).toEqual([
      ...['root in owners', 'acme+ci in devs', 'carol in devs'],
    ])
    expect(of(content, 'user').map(({ name }) => name)).toEqual(['carol', 'root'])
    expect(names(content.without)).toEqual([
      'member bob in acme/devs: the invitation is not accepted: there are none here',
    ])
  })

  it.each<[string, Parameters<typeof organization>[1], object | undefined]>([
    [
      'the team owners before others',
      { admins: ['admin', member('zoe')], owners: ['admin', member('bob')] },
      { team: 'owners', founder: 'bob' },
    ],
    [
      'another team where that has no user',
      {
        owners: ['admin', member('acme+ci')],
        admins: ['admin', member('acme+bot'), member('zoe')],
      },
      { team: 'admins', founder: 'zoe' },
    ],
    ['nobody of a team without that role', { owners: ['member', member('bob')] }, undefined],
  ])('let an organization begin: %s', async (_, teams, beginning) => {
    answers = { ...ROOTS_OWN, ...organization('acme', teams) }
    const [found] = of(await read(['acme']), 'organization')
    if (beginning) expect(found?.beginning).toMatchObject(beginning)
    else expect(found?.beginning).toBeUndefined()
  })
})

describe('settings of an organization', () => {
  const shown = async (settings: object) => {
    answers = { ...ROOTS_OWN, ...organization('acme', { owners: ['admin', member('root')] }) }
    Object.assign(answers['/api/v1/organization/acme'] as object, settings)
    return of(await read(['acme']), 'settings')
  }

  it('are none where all is as in a new one', async () => {
    expect(await shown({})).toEqual([])
    expect(await shown({ tag_expiration_s: 1_209_600, invoice_email_address: '' })).toEqual([])
  })

  it.each([
    [{ email: 'a@example.com' }, { email: 'a@example.com' }],
    [{ invoice_email: true }, { invoiceEmail: true }],
    [{ invoice_email_address: 'b@example.com' }, { invoiceEmailAddress: 'b@example.com' }],
    [{ tag_expiration_s: 0 }, { tagExpirationS: 0 }],
    [{ tag_expiration_s: 86_400 }, { tagExpirationS: 86_400 }],
  ])('come where one is another: %j', async (settings, expected) => {
    const others = { email: null, invoiceEmail: false, invoiceEmailAddress: null }
    const all = { kind: 'settings', organization: 'acme', ...others, tagExpirationS: 1_209_600 }
    expect(await shown(settings)).toEqual([{ ...all, ...expected }])
  })
})

describe('repositories', () => {
  it('come as they are, and what is special in their state is told', async () => {
    const of_ = { namespace: 'root', is_public: false }
    answers = {
      ...ROOTS_OWN,
      [REPOSITORIES]: {
        repositories: [
          { ...of_, name: 'plain', description: null },
          { ...of_, name: 'normal', state: 'NORMAL', kind: 'image', is_public: true },
          { ...of_, name: 'still', state: 'READ_ONLY' },
          { ...of_, name: 'chart', kind: 'application' },
          { ...of_, name: 'foreign', namespace: 'rooted' },
        ],
      },
    }
    for (const name of ['plain', 'normal', 'still']) {
      answers[`${REPOSITORIES}/root/${name}/permissions/user/`] = {
        permissions: Object.fromEntries(
          ['root', 'bob'].map((user) => [user, { name: user, role: 'write' }]),
        ),
      }
    }
    const content = await read()
    expect(of(content, 'repository').map(({ name, visibility }) => [name, visibility])).toEqual([
      ['plain', 'private'],
      ['normal', 'public'],
      ['still', 'private'],
    ])
    // Whose namespace it is has every role there already.
    expect(of(content, 'permission').map(({ grantee }) => grantee.name)).toEqual(
      Array(3).fill('bob'),
    )
    expect(names(content.without)).toEqual([
      'state root/still: it is READ_ONLY there; here whoever may write to it may push',
    ])
    expect(names(content.notTaken)).toEqual([
      'repository root/chart: it is of kind application: only images are here',
    ])
  })
})

describe('a namespace that the token may not read', () => {
  const both = () => ({
    ...ROOTS_OWN,
    ...organization('open', { owners: ['admin', member('root')] }),
    '/api/v1/user/': { ...CALLER, organizations: [{ name: 'closed' }, { name: 'open' }] },
  })

  it.each<[string, () => void]>([
    ['is refused', () => Object.assign(statuses, { '/api/v1/organization/closed': 403 })],
    [
      'does not show its teams',
      () => {
        answers['/api/v1/organization/closed'] = { name: 'closed', email: '', is_admin: false }
      },
    ],
  ])('is told of, and others come over, where it %s', async (_, close) => {
    answers = both()
    close()
    const content = await read()
    expect(of(content, 'organization').map(({ name }) => name)).toEqual(['open'])
    expect(content.notTaken).toMatchObject([{ kind: 'namespace', name: 'closed' }])
    await expect(read(['closed'])).rejects.toMatchObject({ name: 'SourceError', status: 403 })
  })

  it('fails all where it is every one, or fails in another way', async () => {
    answers = both()
    for (const name of ['closed', 'open']) statuses[`/api/v1/organization/${name}`] = 403
    statuses['/api/v1/user/robots'] = 403
    await expect(read()).rejects.toMatchObject({ status: 403 })
    statuses = { '/api/v1/organization/closed': 404 }
    await expect(read()).rejects.toMatchObject({ status: 404 })
  })
})
