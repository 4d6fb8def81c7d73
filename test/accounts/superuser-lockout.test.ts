import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRobotTokens } from '../../src/services/robots/robot-tokens.ts'
import { type Api, apiOf } from '../helpers/api.ts'
import { addRepository, addTeam, auditEntries, robotRow, snapshot } from '../helpers/rows.ts'
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
  root = await service.token('root', ['super:user'])
})
afterAll(() => service.close())

const asRoot = () => api.as(root)
const lastEntry = async () => (await auditEntries(service.db)).at(-1)

/** Every way in that a user has: each gives 200 as long as it is open. */
async function waysIn(name: string) {
  const token = await service.token(name, ['user:admin'])
  const as = api.as(token)
  const { body: robot } = await as.put('/api/v1/user/robots/bot').expect(200)
  const { body: app } = await as.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
  const robotToken = await federatedToken(as, `${name}+bot`)
  return async () =>
    Promise.all(
      [
        as.get('/api/v1/user/robots'),
        api.login('$oauthtoken', token),
        api.login(name, PASSWORD),
        api.login('$app', app.token.token_code),
        api.login(`${name}+bot`, robot.token),
        api.login(`${name}+bot`, robotToken),
      ].map(async (answer) => (await answer).status),
    )
}

/** What a robot gets for an identity token, without asking its issuer. */
async function federatedToken(as: ReturnType<Api['as']>, fullName: string) {
  const { config, db, services } = service
  const entry = { issuer: 'https://issuer.example.com', subject: 'ci' }
  await as.post('/api/v1/user/robots/bot/federation', [entry]).expect(200)
  const { id, credentialId } = await robotRow(db, fullName)
  const federation = await db.federationEntry.findFirstOrThrow({ where: { robotId: id } })
  const robotTokens = createRobotTokens({
    signingKeys: services.signingKeys,
    clock: () => new Date(),
    newId: () => crypto.randomUUID(),
    issuer: config.tokenIssuer,
    audience: config.registryService,
    lifetime: 600,
  })
  return (await robotTokens.issue({ id, fullName, credentialId }, federation.id)).token
}

const OPEN = Array(6).fill(200)
const SHUT = Array(6).fill(401)

it('locks a disabled user and everything of that user out at once, until the user is enabled', async () => {
  await service.createUser('worker')
  const statuses = await waysIn('worker')
  expect(await statuses()).toEqual(OPEN)
  await asRoot().put(`${URL}/worker`, { enabled: false }).expect(200)
  expect(await lastEntry()).toMatchObject({ kind: 'user_disable', namespaceName: 'worker' })
  expect(await statuses()).toEqual(SHUT)
  await asRoot().put(`${URL}/worker`, { enabled: true }).expect(200)
  expect(await lastEntry()).toMatchObject({ kind: 'user_enable', namespaceName: 'worker' })
  expect(await statuses()).toEqual(OPEN)
})

it('locks a deleted user and everything of that user out at once', async () => {
  await service.createUser('goner')
  const statuses = await waysIn('goner')
  expect(await statuses()).toEqual(OPEN)
  await asRoot().delete(`${URL}/goner`).expect(204)
  expect(await statuses()).toEqual(SHUT)
})

describe('deleting', () => {
  it('takes what is the user’s, and nothing else', async () => {
    await service.createUser('keeper')
    await service.createOrganization('stays', 'keeper')
    await addRepository(service.db, 'stays/web')
    const before = await snapshot(service.db)

    await service.createUser('leaver')
    const token = await service.token('leaver', ['user:admin'])
    const { body: robot } = await api.as(token).put('/api/v1/user/robots/bot').expect(200)
    await addRepository(service.db, 'leaver/own', { robots: { 'leaver+bot': 'read' } })
    await addTeam(service.db, 'stays', { name: 'admins', role: 'admin', members: ['leaver'] })

    await asRoot().delete(`${URL}/leaver`).expect(204)
    expect(await lastEntry()).toMatchObject({
      kind: 'user_delete',
      namespaceName: 'leaver',
      performerName: 'root',
      metadata: { username: 'leaver' },
    })
    await asRoot().get(`${URL}/leaver`).expect(404)
    await api.as(token).get('/api/v1/user/robots').expect(401)
    await api.login('leaver+bot', robot.token).expect(401)
    expect(await service.db.oAuthToken.count({ where: { user: { name: 'leaver' } } })).toBe(0)

    await service.db.team.deleteMany({ where: { name: 'admins' } })
    const after = await snapshot(service.db)
    expect({ ...after, audit_entries: [] }).toEqual({ ...before, audit_entries: [] })
  })

  it('refuses the only administrator of organizations, by name', async () => {
    await service.createUser('sole')
    await service.createUser('asleep')
    for (const name of ['sole-b', 'sole-a']) await service.createOrganization(name, 'sole')
    await service.createOrganization('shared', 'sole')
    await addTeam(service.db, 'shared', { name: 'more', role: 'admin', members: ['keeper'] })
    await addTeam(service.db, 'sole-a', { name: 'more', role: 'admin', members: ['asleep'] })
    await addTeam(service.db, 'sole-b', { name: 'more', role: 'creator', members: ['keeper'] })
    await asRoot().put(`${URL}/asleep`, { enabled: false }).expect(200)
    const before = await snapshot(service.db)
    const { body } = await asRoot().delete(`${URL}/sole`).expect(400)
    expect(body).toEqual({
      message: 'Cannot delete sole as the only admin for organizations: sole-a, sole-b',
    })
    expect(await snapshot(service.db)).toEqual(before)
  })

  it('waits for whoever takes the other administrator away', async () => {
    for (const name of ['first', 'second']) await service.createUser(name)
    await service.createOrganization('duo', 'first')
    await addTeam(service.db, 'duo', { name: 'more', role: 'admin', members: ['second'] })
    const { answer } = await service.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM namespaces WHERE name = 'duo' FOR NO KEY UPDATE`
      const answer = asRoot()
        .delete(`${URL}/first`)
        .then(({ status }) => status)
      await sleep(1000)
      await tx.teamMember.deleteMany({ where: { user: { name: 'second' } } })
      return { answer }
    })
    expect(await answer).toBe(400)
  })

  it('gives a new account of the same name nothing of the old one', async () => {
    await service.createUser('phoenix')
    const old = await service.token('phoenix', ['user:admin'])
    await asRoot().put(`${URL}/phoenix`, { email: 'old@example.com' }).expect(200)
    await asRoot().delete(`${URL}/phoenix`).expect(204)
    await asRoot().delete('/api/v1/superuser/retired-names/phoenix').expect(204)
    await service.createUser('phoenix')
    await api.as(old).get('/api/v1/user/logs').expect(401)
    const token = await service.token('phoenix', ['user:admin'])
    expect((await api.as(token).get('/api/v1/user/logs').expect(200)).body.logs).toEqual([])
  })
})
