import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { type FullStage, PEOPLE, startFullStage } from '../helpers/full-stage.ts'
import { namespaceId } from '../helpers/rows.ts'
import { PASSWORD, startService } from '../helpers/service.ts'

let stage: FullStage

beforeAll(async () => {
  stage = await startFullStage()
})
afterAll(() => stage.close())

const TABLES = [
  ...['robots', 'repositories', 'teams', 'repository_permissions', 'team_members', 'oauth_tokens'],
  ...['oauth_applications', 'default_permissions', 'app_tokens', 'former_names'],
]

/** How many rows there are that belong to nothing which is there, and of deleted accounts. */
async function remains() {
  const { db } = stage
  const [found] = await db.$queryRawUnsafe<{ deleted: number; rows: number }[]>(`
    SELECT (SELECT count(*)::int FROM namespace_rows WHERE deleted_at IS NOT NULL) AS deleted,
           (SELECT count(*)::int FROM repositories p JOIN namespace_rows n ON n.id = p.namespace_id
            WHERE n.deleted_at IS NOT NULL) AS rows`)
  return found
}

async function total() {
  const counts = TABLES.map((table) => `(SELECT count(*)::int FROM ${table})`).join(' + ')
  const [found] = await stage.db.$queryRawUnsafe<{ total: number }[]>(`SELECT ${counts} AS total`)
  return found?.total ?? 0
}

const leaveRows = () => vi.spyOn(stage.services.deletionRemains, 'clearSome').mockResolvedValue()

/** An organization and a user with all that can hang off them, in other people's sight. */
async function world(name: string, leaver: string) {
  const alice = stage.as('alice')
  await stage.organization(name)
  await stage.people(leaver)
  const path = `/api/v1/organization/${name}`
  const robot = (await alice.put(`${path}/robots/ci`).expect(201)).body.token
  await stage.team(name, { name: 'devs', role: 'member', members: ['bob', `${name}+ci`] })
  await stage.team(name, { name: 'admins', role: 'admin', members: ['carol', leaver] })
  for (const [repository, visibility] of [
    ['app', 'public'],
    ['team/own', 'private'],
  ]) {
    const body = { namespace: name, repository, visibility, description: '' }
    await alice.post('/api/v1/repository', body).expect(201)
    for (const grantee of ['user/bob', `user/${leaver}`, `user/${name}+ci`, 'team/devs']) {
      const url = `/api/v1/repository/${name}/${repository}/permissions/${grantee}`
      await alice.put(url, { role: 'write' }).expect(200)
    }
  }
  const delegate = { kind: 'user', name: leaver }
  await alice.post(`${path}/prototypes`, { role: 'read', delegate }).expect(200)
  const activating_user = { name: leaver }
  const bob = { kind: 'user', name: 'bob' }
  await alice
    .post(`${path}/prototypes`, { role: 'read', delegate: bob, activating_user })
    .expect(200)
  const application = (await alice.post(`${path}/applications`, { name: 'app' }).expect(200)).body
  const wanted = { name: 'own', scope: 'org:admin' }
  const tokens = `${path}/applications/${application.client_id}/tokens`
  const ofApplication = (await alice.post(tokens, wanted).expect(200)).body.token
  const token = await stage.token(leaver, ['user:admin', 'org:admin', 'repo:admin'])
  return { path, robot, application, ofApplication, token }
}

/** What everybody sees of what there is and was. */
async function answers(organization: string, gone: string, leaver: string) {
  const urls = [
    ...[organization, gone].flatMap((name) => [
      `/api/v1/organization/${name}`,
      `/api/v1/organization/${name}/robots?permissions=true&token=false`,
      `/api/v1/organization/${name}/members`,
      `/api/v1/organization/${name}/collaborators`,
      `/api/v1/organization/${name}/prototypes`,
      `/api/v1/organization/${name}/applications`,
      `/api/v1/organization/${name}/team/devs/members`,
      `/api/v1/organization/${name}/team/admins/members`,
      `/api/v1/organization/${name}/team/devs/permissions`,
      `/api/v1/repository?namespace=${name}&public=true`,
      `/api/v1/repository/${name}/app`,
      `/api/v1/repository/${name}/app/permissions/user/`,
      `/api/v1/repository/${name}/app/permissions/team/`,
      `/api/v1/repository/${name}/app/permissions/user/${leaver}`,
      `/api/v1/repository/${name}/team/own/permissions/user/`,
    ]),
    `/api/v1/users/${leaver}`,
    `/api/v1/entities/${leaver}?namespace=${organization}`,
    `/api/v1/entities/${gone}?includeOrgs=true`,
    '/api/v1/repository?public=true',
    '/api/v1/user/',
    '/api/v1/superuser/users/',
    '/api/v1/superuser/organizations/',
    `/api/v1/superuser/users/${leaver}`,
    '/api/v1/superuser/logs',
  ]
  const seen: Record<string, unknown> = {}
  for (const caller of [...PEOPLE, 'nobody'] as const) {
    const client = caller === 'nobody' ? stage.api.as() : stage.as(caller)
    for (const url of urls) {
      const { status, body } = await client.get(url)
      expect(status, url).toBeLessThan(500)
      seen[`${caller} ${url}`] = [status, body]
    }
  }
  return seen
}

it('shows nobody what was deleted, while rows of it are still there', async () => {
  const { services, db } = stage
  const stays = await world('stays', 'leaver')
  const gone = await world('goes', 'other')
  const robotOfUser = await stage.token('other', ['user:admin'])
  const own = await stage.api.as(robotOfUser).put('/api/v1/user/robots/ci').expect(200)
  const subject = { issuer: 'https://id.example.com', subject: 's-1' }
  const leaver = { id: await namespaceId(db, 'leaver'), name: 'leaver' }
  await services.linkedUsers.link(leaver, subject, {})
  const spy = leaveRows()
  await stage.as('root').delete('/api/v1/superuser/organizations/goes').expect(204)
  for (const user of ['other', 'leaver']) {
    await stage.as('root').delete(`/api/v1/superuser/users/${user}`).expect(204)
  }
  spy.mockRestore()
  expect(await remains()).toEqual({ deleted: 3, rows: 2 })

  const heir = { username: 'heir', email: 'other@example.com' }
  await stage.as('root').post('/api/v1/superuser/users/', heir).expect(200)
  const heirOfSubject = { id: await namespaceId(db, 'heir'), name: 'heir' }
  await services.linkedUsers.link(heirOfSubject, subject, {})
  const before = await answers('stays', 'goes', 'leaver')
  for (const [user, secret] of [
    ['goes+ci', gone.robot],
    ['other+ci', own.body.token],
    ['other', PASSWORD],
    ['$oauthtoken', gone.token],
  ] as const) {
    await stage.api.login(user, secret).expect(401)
  }
  await stage.api.as(gone.token).get('/api/v1/user/').expect(401)
  const robots = '/api/v1/organization/stays/robots'
  await stage.api.as(stays.ofApplication).get(robots).expect(200)
  await stage.api.as(gone.ofApplication).get(robots).expect(401)
  const client = { grant_type: 'client_credentials' }
  const { client_id, client_secret } = gone.application
  await stage.api
    .call('post', '/oauth/token')
    .auth(client_id, client_secret)
    .type('form')
    .send(client)
    .expect(401)
  // The name is free for its administrators, with nothing of before in it.
  await services.organizations.create(
    { name: 'goes', email: undefined },
    await namespaceId(db, 'alice'),
    {},
  )
  const fresh = await stage.as('alice').get('/api/v1/organization/goes/robots')
  expect(fresh.body).toEqual({ robots: [] })
  await stage.as('alice').delete('/api/v1/organization/goes').expect(204)

  await services.deletionRemains.clear()
  expect(await remains()).toEqual({ deleted: 0, rows: 0 })
  const after = await answers('stays', 'goes', 'leaver')
  for (const [call, answer] of Object.entries(before)) {
    if (!call.endsWith('/logs')) expect(after[call], call).toEqual(answer)
  }
})

it('clears all rows of it, on any server, and takes the names of its repositories out of use', async () => {
  const before = await total()
  await world('large', 'worker')
  const spy = leaveRows()
  await stage.as('root').delete('/api/v1/superuser/organizations/large').expect(204)
  await stage.as('root').delete('/api/v1/superuser/users/worker').expect(204)
  spy.mockRestore()
  const another = await startService({ database: stage.database })
  const stop = another.services.deletionRemains.start((error) => {
    throw error
  })
  await vi.waitFor(async () => expect(await remains()).toEqual({ deleted: 0, rows: 0 }), 20_000)
  await stop()
  await another.close()
  expect(await total()).toBe(before)
  const { body } = await stage.as('root').get('/api/v1/superuser/retired-names?limit=100')
  const names = body.names.map(({ name }: { name: string }) => name)
  expect(names).toEqual(expect.arrayContaining(['large', 'large/app', 'large/team/own', 'worker']))
})

it('keeps the names of its repositories while their rows are there, and lets them be released then', async () => {
  const alice = stage.as('alice')
  await world('kept', 'keeper')
  // Made by a server whose clock is ahead.
  await stage.db.repository.updateMany({
    where: { name: 'app' },
    data: { createdAt: new Date(Date.now() + 60_000) },
  })
  const spy = leaveRows()
  await alice.delete('/api/v1/organization/kept').expect(204)
  spy.mockRestore()
  await stage.organization('kept')
  await stage.team('kept', { name: 'makers', role: 'creator', members: ['dave'] })
  const make = (repository: string) =>
    stage.as('dave').post('/api/v1/repository', {
      ...{ namespace: 'kept', repository, visibility: 'private', description: '' },
    })
  for (const name of ['app', 'team/own']) await make(name).expect(400)
  const release = '/api/v1/superuser/retired-names/kept/team/own'
  await stage.as('root').delete(release).expect(204)
  await stage.services.deletionRemains.clear()
  await make('app').expect(400)
  await make('team/own').expect(201)
})

it('is cleared away at once where it is of usual size', async () => {
  await world('usual', 'person')
  await stage.as('alice').delete('/api/v1/organization/usual').expect(204)
  expect(await remains()).toEqual({ deleted: 0, rows: 0 })
})

it('is deleted also where its rows cannot be cleared away for now, which is told and done later', async () => {
  const { db, services } = stage
  await world('stuck', 'stayer')
  await db.$executeRawUnsafe(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'no deletions now'; END $$`)
  await db.$executeRawUnsafe(`
    CREATE TRIGGER refuse BEFORE DELETE ON robots FOR EACH ROW EXECUTE FUNCTION refuse()`)
  await stage.as('alice').delete('/api/v1/organization/stuck').expect(204)
  const failures: unknown[] = []
  const stop = services.deletionRemains.start((error) => failures.push(error))
  await eventually(() => expect(String(failures)).toContain('no deletions now'))
  await db.$executeRawUnsafe('DROP FUNCTION refuse CASCADE')
  await eventually(async () => expect(await remains()).toEqual({ deleted: 0, rows: 0 }))
  await stop()
})

it('is asked for by the name that leaves deleted accounts out, everywhere', () => {
  const src = new URL('../../src', import.meta.url).pathname
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
    .map((file) => [file, readFileSync(join(src, file), 'utf8')] as const)
  const raw = files.filter(([, text]) => text.includes('namespace_rows')).map(([file]) => file)
  expect(raw).toEqual(['queries/account-deletion.ts'])
  for (const [file, text] of files) {
    const many = text.matchAll(
      /namespace\.(?:findMany|findFirst\w*|count|aggregate|groupBy)\(\{[^}]*/g,
    )
    for (const [call] of many) expect(call, file).toMatch(/deletedAt: null|name: \{ in/)
  }
})
