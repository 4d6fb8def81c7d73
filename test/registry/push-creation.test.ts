import { decodeJwt } from 'jose'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { apiOf } from '../helpers/api.ts'
import { auditEntries, namespaceId, robotRow, setEnabled } from '../helpers/rows.ts'
import { PASSWORD, startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let maker: string
let plain: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  maker = await stage.robot('acme+maker')
  plain = await stage.robot('acme+plain')
  await stage.team('acme', { name: 'makers', role: 'creator', members: ['acme+maker'] })
  await stage.team('acme', { name: 'all', role: 'member', members: ['acme+plain', 'bob'] })
})
afterAll(() => stage?.close())
beforeEach(async () => {
  await stage.db.repository.deleteMany()
  await stage.clearLog()
})

async function grantedTo(
  user: string,
  password: string,
  scope: string | string[],
  url = stage.url,
) {
  const answer = await apiOf(url).login(user, password).query({ scope }).expect(200)
  const { access } = decodeJwt<{ access: { actions: string[] }[] }>(answer.body.token)
  return access.map(({ actions }) => actions)
}
const paths = async () => {
  const rows = await stage.db.repository.findMany({
    include: { namespace: true },
    orderBy: { name: 'asc' },
  })
  return rows.map(({ name, namespace }) => `${namespace.name}/${name}`)
}
const PUSH = 'repository:acme/new/app:pull,push'

it('creates a private repository that the robot administers, and audits it', async () => {
  expect(await grantedTo('acme+maker', maker, `${PUSH},*`)).toEqual([['push', 'pull', '*']])
  const [repository] = await stage.db.repository.findMany({ include: { permissions: true } })
  expect(repository).toMatchObject({ name: 'new/app', visibility: 'private', description: '' })
  const robotId = (await robotRow(stage.db, 'acme+maker')).id
  expect(repository?.permissions).toMatchObject([
    { robotId, userId: null, teamId: null, role: 'admin' },
  ])
  expect(await auditEntries(stage.db)).toMatchObject([
    {
      kind: 'create_repo',
      namespaceId: await namespaceId(stage.db, 'acme'),
      namespaceName: 'acme',
      performerId: robotId,
      performerName: 'acme+maker',
      metadata: { repo: 'new/app', namespace: 'acme' },
    },
  ])
  expect(await grantedTo('acme+maker', maker, PUSH)).toEqual([['push', 'pull']])
  expect(await auditEntries(stage.db)).toHaveLength(1)
})

it('applies the default permissions, and leaves the creator its role', async () => {
  const { id: robotId } = await robotRow(stage.db, 'acme+maker')
  const other = await robotRow(stage.db, 'acme+plain')
  const organizationId = await namespaceId(stage.db, 'acme')
  await stage.db.defaultPermission.createMany({
    data: [robotId, other.id].map((id) => ({
      id: v7(),
      organizationId,
      role: 'read' as const,
      robotId: id,
    })),
  })
  expect(await grantedTo('acme+maker', maker, PUSH)).toEqual([['push', 'pull']])
  await stage.db.defaultPermission.deleteMany()
  const permissions = await stage.db.repositoryPermission.findMany({ orderBy: { role: 'asc' } })
  expect(permissions).toMatchObject([
    { robotId: other.id, role: 'read' },
    { robotId, role: 'admin' },
  ])
})

it('applies the default permissions of the user who pushes, and none of others', async () => {
  const alice = await stage.client('alice', 'org:admin', 'repo:admin')
  const prototypes = '/api/v1/organization/acme/prototypes'
  for (const [name, delegate] of [
    ['alice', 'acme+maker'],
    ['bob', 'acme+plain'],
  ]) {
    const body = { role: 'read', delegate: { kind: 'user', name: delegate } }
    await alice.post(prototypes, { ...body, activating_user: { name } }).expect(200)
  }
  expect(await grantedTo('alice', PASSWORD, PUSH)).toEqual([['push', 'pull']])
  await stage.db.defaultPermission.deleteMany()
  const permissions = await stage.db.repositoryPermission.findMany({ orderBy: { role: 'asc' } })
  expect(permissions).toMatchObject([
    { robotId: (await robotRow(stage.db, 'acme+maker')).id, role: 'read' },
    { userId: await namespaceId(stage.db, 'alice'), role: 'admin' },
  ])
})

it('creates for a push only, and only where the robot may create', async () => {
  expect(await grantedTo('acme+maker', maker, 'repository:acme/app:pull,delete,*')).toEqual([[]])
  expect(await grantedTo('acme+plain', plain, PUSH)).toEqual([[]])
  const elsewhere = ['alice/app', 'nobody/app', 'app'].map((path) => `repository:${path}:push`)
  expect(await grantedTo('acme+maker', maker, elsewhere)).toEqual([[], [], []])
  const long = `repository:acme/${'a'.repeat(256)}:push`
  await stage.api.login('acme+maker', maker).query({ scope: long }).expect(400)
  await stage.api.call('get', `/v2/auth?scope=${PUSH}`).expect(200)
  await stage.api.login('acme+maker', `${maker}X`).query({ scope: PUSH }).expect(401)
  expect(await paths()).toEqual([])
})

it('creates each of several once, also when one is named twice', async () => {
  const scopes = ['b', 'a', 'b'].map((name) => `repository:acme/${name}:push,pull`)
  const both = ['push', 'pull']
  expect(await grantedTo('acme+maker', maker, scopes)).toEqual([both, both, both])
  expect(await paths()).toEqual(['acme/a', 'acme/b'])
  expect(await auditEntries(stage.db)).toHaveLength(2)
})

it('creates once when many ask at once, on several servers', async () => {
  const other = await startService({ database: stage.database })
  const urls = Array.from({ length: 12 }, (_, index) => (index % 2 ? stage.url : other.url))
  const answers = await Promise.all(urls.map((url) => grantedTo('acme+maker', maker, PUSH, url)))
  await other.close()
  expect(answers).toEqual(urls.map(() => [['push', 'pull']]))
  expect(await paths()).toEqual(['acme/new/app'])
  expect(await stage.db.repositoryPermission.count()).toBe(1)
  expect(await auditEntries(stage.db)).toHaveLength(1)
})

it('creates for users with their password where they may', async () => {
  expect(await grantedTo('alice', PASSWORD, [PUSH, 'repository:alice/own:push'])).toEqual([
    ['push', 'pull'],
    ['push'],
  ])
  expect(await grantedTo('bob', PASSWORD, 'repository:acme/other:push')).toEqual([[]])
  expect(await paths()).toEqual(['acme/new/app', 'alice/own'])
  const [entry] = await auditEntries(stage.db)
  expect(entry).toMatchObject({ performerName: 'alice', kind: 'create_repo' })
  expect(entry?.performerId).toBe(await namespaceId(stage.db, 'alice'))
})

it.each([
  ['repo:create repo:write', ['push', 'pull']],
  ['org:admin repo:admin', ['push', 'pull']],
  ['repo:create', ['push']],
  ['org:admin', ['push']],
])('creates for an API token with %s', async (scopes, granted) => {
  const token = await stage.token('alice', scopes.split(' ') as ['repo:create'])
  expect(await grantedTo('$oauthtoken', token, PUSH)).toEqual([granted])
  expect(await paths()).toEqual(['acme/new/app'])
  const entry = (await auditEntries(stage.db)).at(-1)
  const alice = { performerName: 'alice', tokenId: expect.any(String) }
  expect(entry).toMatchObject({ kind: 'create_repo', ...alice })
})

it.each(['repo:write', 'repo:admin', 'user:admin', 'repo:read'] as const)(
  'creates nothing for an API token with %s only',
  async (scope) => {
    const token = await stage.token('alice', [scope])
    expect(await grantedTo('$oauthtoken', token, PUSH)).toEqual([[]])
    expect(await paths()).toEqual([])
  },
)

it('creates nothing for an API token of somebody who may not', async () => {
  const token = await stage.token('bob', ['repo:create', 'repo:admin', 'org:admin'])
  expect(await grantedTo('$oauthtoken', token, PUSH)).toEqual([[]])
  expect(await paths()).toEqual([])
})

it('creates nothing in a namespace that is disabled', async () => {
  await setEnabled(stage.db, 'acme', false)
  try {
    expect(await grantedTo('alice', PASSWORD, PUSH)).toEqual([[]])
    expect(await paths()).toEqual([])
  } finally {
    await setEnabled(stage.db, 'acme', true)
  }
})

it('creates nothing where the operator has switched it off', async () => {
  const config = { createRepositoryOnPush: false }
  const other = await startService({ database: stage.database, config })
  expect(await grantedTo('acme+maker', maker, PUSH, other.url)).toEqual([[]])
  await other.close()
  expect(await paths()).toEqual([])
})

it('creates nothing for an app token, whatever the API token that made it may do', async () => {
  const maker = await stage.token('alice', ['user:admin', 'repo:admin', 'repo:create'])
  const { body } = await stage.api
    .as(maker)
    .post('/api/v1/user/apptoken', { title: 'laptop' })
    .expect(200)
  const { token_code: appToken } = body.token
  expect(await grantedTo('$app', appToken, PUSH)).toEqual([[]])
  expect(await paths()).toEqual([])
  await stage.repository('acme/there')
  expect(await grantedTo('$app', appToken, 'repository:acme/there:push')).toEqual([['push']])
})

it('grants nothing in what another server created meanwhile', async () => {
  const token = await stage.token('alice', ['repo:create'])
  // The other server is a trigger, which has its row in the table before that of this one gets there.
  for (const statement of RACE_BEGINS) await stage.db.$executeRawUnsafe(statement)
  try {
    expect(await grantedTo('$oauthtoken', token, PUSH)).toEqual([[]])
    expect(await grantedTo('acme+maker', maker, 'repository:acme/raced:push,pull')).toEqual([[]])
  } finally {
    await stage.db.$executeRawUnsafe('DROP FUNCTION be_first CASCADE')
  }
  expect(await paths()).toEqual(['acme/new/app', 'acme/raced'])
  expect(await stage.db.repositoryPermission.count()).toBe(0)
  expect(await auditEntries(stage.db)).not.toContainEqual(
    expect.objectContaining({ kind: 'create_repo' }),
  )
})

const RACE_BEGINS = [
  `CREATE FUNCTION be_first() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
     NEW.id := gen_random_uuid();
     INSERT INTO repositories SELECT (NEW).*;
     RETURN NULL;
   END $$`,
  'CREATE TRIGGER be_first BEFORE INSERT ON repositories FOR EACH ROW EXECUTE FUNCTION be_first()',
]

it.each([
  ['called otherwise', "name = 'renamed'", "name = 'acme'"],
  ['disabled', 'enabled = false', 'enabled = true'],
])(
  'creates nothing, and lets nobody push, where the organization is %s by then',
  async (_, change, back) => {
    const { db } = stage
    const id = await namespaceId(db, 'acme')
    const set = (values: string) =>
      db.$executeRawUnsafe(`UPDATE namespaces SET ${values} WHERE id = '${id}'`)
    const begin = db.$transaction.bind(db)
    const transactions = vi
      .spyOn(db, '$transaction')
      .mockImplementationOnce(async (...transaction: Parameters<typeof begin>) => {
        await set(change)
        return begin(...transaction)
      })
    onTestFinished(async () => {
      transactions.mockRestore()
      await set(back)
    })
    expect(await grantedTo('acme+maker', maker, PUSH)).toEqual([[]])
    expect(await paths()).toEqual([])
  },
)
