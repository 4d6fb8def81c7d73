import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { robotTokenOf } from '../helpers/federation.ts'
import { snapshot } from '../helpers/rows.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type SuperuserStage, startSuperuserStage } from './superuser-stage.ts'

const URL = '/api/v1/superuser/users'

let stage: SuperuserStage

beforeAll(async () => {
  stage = await startSuperuserStage()
})
afterAll(() => stage.close())

/** Every way in that a user has: each gives 200 as long as it is open. */
async function waysIn(name: string) {
  const token = await stage.token(name, ['user:admin'])
  const as = stage.api.as(token)
  const { body: robot } = await as.put('/api/v1/user/robots/bot').expect(200)
  const { body: app } = await as.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
  const identity = { issuer: 'https://issuer.example.com', subject: 'ci' }
  await as.post('/api/v1/user/robots/bot/federation', [identity]).expect(200)
  const robotToken = await robotTokenOf(stage, `${name}+bot`)
  return async () =>
    Promise.all(
      [
        as.get('/api/v1/user/robots'),
        stage.api.login('$oauthtoken', token),
        stage.api.login(name, PASSWORD),
        stage.api.login('$app', app.token.token_code),
        stage.api.login(`${name}+bot`, robot.token),
        stage.api.login(`${name}+bot`, robotToken),
      ].map(async (answer) => (await answer).status),
    )
}

const OPEN = Array(6).fill(200)
const SHUT = Array(6).fill(401)

it('locks a disabled user and everything of that user out at once, until the user is enabled', async () => {
  await stage.people('worker')
  const statuses = await waysIn('worker')
  expect(await statuses()).toEqual(OPEN)
  await stage.root.put(`${URL}/worker`, { enabled: false }).expect(200)
  expect(await stage.lastEntry()).toMatchObject({ kind: 'user_disable', namespaceName: 'worker' })
  expect(await statuses()).toEqual(SHUT)
  await stage.root.put(`${URL}/worker`, { enabled: true }).expect(200)
  expect(await stage.lastEntry()).toMatchObject({ kind: 'user_enable', namespaceName: 'worker' })
  expect(await statuses()).toEqual(OPEN)
})

it('shuts the repositories of a disabled user to everybody, until the user is enabled', async () => {
  await stage.people('shut', 'guest')
  await stage.repository('shut/app', {}, 'public')
  const shut = await stage.client('shut', 'repo:admin')
  const permission = '/api/v1/repository/shut/app/permissions/user/guest'
  await shut.put(permission, { role: 'write' }).expect(200)
  const token = await stage.token('guest', ['repo:read', 'repo:write'])
  const seen = async () => {
    const scope = 'repository:shut/app:pull,push'
    const { body: login } = await stage.api.login('$oauthtoken', token).query({ scope })
    const { body: list } = await stage.api.as(token).get('/api/v1/repository?public=true')
    const names = list.repositories.map(({ namespace }: { namespace: string }) => namespace)
    const [access] = (decodeJwt(login.token).access ?? []) as { actions: string[] }[]
    return [access?.actions ?? [], names.includes('shut')]
  }
  expect(await seen()).toEqual([['push', 'pull'], true])
  await stage.root.put(`${URL}/shut`, { enabled: false }).expect(200)
  expect(await seen()).toEqual([[], false])
  await stage.root.put(`${URL}/shut`, { enabled: true }).expect(200)
  expect(await seen()).toEqual([['push', 'pull'], true])
})

it('locks a deleted user and everything of that user out at once', async () => {
  await stage.people('goner')
  const statuses = await waysIn('goner')
  expect(await statuses()).toEqual(OPEN)
  await stage.root.delete(`${URL}/goner`).expect(204)
  expect(await statuses()).toEqual(SHUT)
})

describe('deleting', () => {
  it('takes what is the user’s, and nothing else', async () => {
    await stage.people('keeper')
    await stage.organization('stays', 'keeper')
    await stage.repository('stays/web')
    const before = await snapshot(stage.db)

    await stage.people('leaver')
    const token = await stage.token('leaver', ['user:admin'])
    const { body: robot } = await stage.api.as(token).put('/api/v1/user/robots/bot').expect(200)
    await stage.repository('leaver/own', { robots: { 'leaver+bot': 'read' } })
    await stage.team('stays', { name: 'admins', role: 'admin', members: ['leaver'] })

    await stage.root.delete(`${URL}/leaver`).expect(204)
    expect(await stage.lastEntry()).toMatchObject({
      kind: 'user_delete',
      namespaceName: 'leaver',
      performerName: 'root',
      metadata: { username: 'leaver' },
    })
    await stage.root.get(`${URL}/leaver`).expect(404)
    await stage.api.as(token).get('/api/v1/user/robots').expect(401)
    await stage.api.login('leaver+bot', robot.token).expect(401)
    expect(await stage.db.oAuthToken.count({ where: { user: { name: 'leaver' } } })).toBe(0)

    await stage.db.team.deleteMany({ where: { name: 'admins' } })
    const after = await snapshot(stage.db)
    expect({ ...after, audit_entries: [] }).toEqual({ ...before, audit_entries: [] })
  })

  it('refuses the only administrator of organizations, by name', async () => {
    await stage.people('sole', 'asleep')
    for (const name of ['sole-b', 'sole-a']) await stage.organization(name, 'sole')
    await stage.organization('shared', 'sole')
    await stage.team('shared', { name: 'more', role: 'admin', members: ['keeper'] })
    await stage.team('sole-a', { name: 'more', role: 'admin', members: ['asleep'] })
    await stage.team('sole-b', { name: 'more', role: 'creator', members: ['keeper'] })
    await stage.root.put(`${URL}/asleep`, { enabled: false }).expect(200)
    const before = await snapshot(stage.db)
    const { body } = await stage.root.delete(`${URL}/sole`).expect(400)
    expect(body).toEqual({
      message: 'Cannot delete sole as the only admin for organizations: sole-a, sole-b',
    })
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('waits for whoever takes the other administrator away', async () => {
    await stage.people('first', 'second')
    await stage.organization('duo', 'first')
    await stage.team('duo', { name: 'more', role: 'admin', members: ['second'] })
    const { answer } = await stage.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM namespaces WHERE name = 'duo' FOR NO KEY UPDATE`
      const answer = stage.root.delete(`${URL}/first`).then(({ status }) => status)
      await sleep(1000)
      await tx.teamMember.deleteMany({ where: { user: { name: 'second' } } })
      return { answer }
    })
    expect(await answer).toBe(400)
  })

  it('gives a new account of the same name nothing of the old one', async () => {
    await stage.people('phoenix')
    const old = await stage.token('phoenix', ['user:admin'])
    await stage.root.put(`${URL}/phoenix`, { email: 'old@example.com' }).expect(200)
    await stage.root.delete(`${URL}/phoenix`).expect(204)
    await stage.root.delete('/api/v1/superuser/retired-names/phoenix').expect(204)
    await stage.people('phoenix')
    await stage.api.as(old).get('/api/v1/user/logs').expect(401)
    const token = await stage.token('phoenix', ['user:admin'])
    expect((await stage.api.as(token).get('/api/v1/user/logs').expect(200)).body.logs).toEqual([])
  })
})
