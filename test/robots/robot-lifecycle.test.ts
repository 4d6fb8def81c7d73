import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiOf, type Client, invalidRequest } from '../helpers/api.ts'
import { createClock } from '../helpers/clock.ts'
import { namespaceId, robotRow, snapshot } from '../helpers/rows.ts'
import { startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/organization/acme/robots'
const CONFIG = [{ issuer: 'https://ci.example', subject: 'build', audiences: ['a'] }]

const time = createClock()
let stage: Stage
let admin: Client

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: time.clock } })
  await stage.people('alice')
  await stage.organization('acme')
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  admin = await stage.client('alice', 'user:admin', 'org:admin')
})

afterAll(() => stage.close())

/** A robot with all that can hang off one; gives its token. */
async function createFurnished(name: string): Promise<string> {
  const { body } = await admin.put(`${PATH}/${name}`, {
    description: 'kept',
    unstructured_metadata: { kept: true },
  })
  await admin.post(`${PATH}/${name}/federation`, CONFIG)
  await stage.team('acme', { name, role: 'member', members: [`acme+${name}`] })
  await stage.repository(`acme/${name}`, { robots: { [`acme+${name}`]: 'write' } })
  return body.token
}

const lastAccessed = async () => (await admin.get(`${PATH}/bot`)).body.last_accessed
const loginStatus = async (password: string) => (await stage.api.login('acme+bot', password)).status

describe('deleting a robot', () => {
  it('removes memberships, permissions and federation, and leaves those of others alone', async () => {
    const token = await createFurnished('bot')
    await createFurnished('other')
    await admin.delete(`${PATH}/bot`)

    const { team_members, repository_permissions, federation_entry_rows, robots, teams } =
      await snapshot(stage.db)
    const left = [team_members, repository_permissions, federation_entry_rows, robots]
    expect(left.map((rows) => rows?.length)).toEqual([2, 1, 1, 1]) // a user is a member, too
    expect(teams).toHaveLength(3)
    expect(await loginStatus(token)).toBe(401)
  })

  it('leaves nothing to a robot that is created by the same name', async () => {
    const token = await createFurnished('bot-2')
    await admin.delete(`${PATH}/bot-2`)
    const { body } = await admin.put(`${PATH}/bot-2`)

    expect(body).toMatchObject({ description: '', unstructured_metadata: null })
    expect(body.token).not.toBe(token)
    expect((await admin.get(`${PATH}/bot-2/federation`)).body).toEqual([])
    expect((await admin.get(`${PATH}/bot-2/permissions`)).body).toEqual({ permissions: [] })
    expect((await stage.api.login('acme+bot-2', token)).status).toBe(401)
    expect((await stage.api.login('acme+bot-2', body.token)).status).toBe(200)
  })
})

describe('regenerating a token', () => {
  it('keeps everything but the token, and kills the old one at once', async () => {
    const old = await createFurnished('bot-3')
    await stage.api.login('acme+bot-3', old)
    const before = await admin.get(`${PATH}/bot-3`)
    const permissions = await admin.get(`${PATH}/bot-3/permissions`)
    time.pass(3600 - 60)
    const { body } = await admin.post(`${PATH}/bot-3/regenerate`)

    expect((await admin.get(`${PATH}/bot-3`)).body).toEqual({ ...before.body, token: body.token })
    expect((await admin.get(`${PATH}/bot-3/permissions`)).body).toEqual(permissions.body)
    expect((await admin.get(`${PATH}/bot-3/federation`)).body).toEqual(CONFIG)
    const teams = (await admin.get(`${PATH}?permissions=true`)).body.robots[0].teams
    expect(teams).toMatchObject([{ name: 'bot-3' }])
    expect(body.token).not.toBe(old)
    expect((await stage.api.login('acme+bot-3', old)).status).toBe(401)
    expect((await stage.api.login('acme+bot-3', body.token)).status).toBe(200)
  })
})

describe('the last use of a robot', () => {
  it('is noted on first use, then only when the stored one is 60 s old', async () => {
    const { token } = (await admin.put(`${PATH}/bot`)).body
    expect(await lastAccessed()).toBeNull()

    expect(await loginStatus(token)).toBe(200)
    const first = time.clock().toUTCString().replace('GMT', '-0000')
    expect(await lastAccessed()).toBe(first)

    time.pass(59.999)
    expect(await loginStatus(token)).toBe(200)
    expect(await lastAccessed()).toBe(first)

    time.pass(0.001)
    expect(await loginStatus(token)).toBe(200)
    const second = time.clock().toUTCString().replace('GMT', '-0000')
    expect(await lastAccessed()).toBe(second)
    expect(second).not.toBe(first)
    expect((await admin.get(PATH)).body.robots[0].last_accessed).toBe(second)
  })

  it('is not noted for a refused login, nor by reading or regenerating the robot', async () => {
    await admin.put(`${PATH}/bot`)
    expect(await loginStatus('wrong')).toBe(401)
    await admin.get(`${PATH}/bot`)
    await admin.post(`${PATH}/bot/regenerate`)

    expect(await lastAccessed()).toBeNull()
  })
})

describe('while robots are disallowed', () => {
  it('none is created, whatever its name, and none logs in; all else goes on', async () => {
    const { token } = (await admin.put(`${PATH}/bot`)).body
    const { database } = stage
    const strict = await startService({
      database,
      config: { robotsDisallow: true },
      surroundings: { clock: time.clock },
    })
    const { url } = strict
    const client = apiOf(url).as(await stage.token('alice', ['user:admin', 'org:admin']))
    const words = 'Robot accounts have been disabled. Please contact your administrator.'

    for (const name of ['new', 'Bad Name']) {
      const { status, body } = await client.put(`${PATH}/${name}`)
      expect([status, body]).toEqual([400, invalidRequest(url, words)])
    }
    const login = await apiOf(url).login('acme+bot', token)
    expect([login.status, login.body.errors[0].message]).toEqual([
      401,
      'Robot account have been disabled. Please contact your administrator.',
    ])
    expect((await client.get(`${PATH}/bot`)).status).toBe(200)
    expect((await client.post(`${PATH}/bot/regenerate`)).status).toBe(201)
    expect((await client.delete(`${PATH}/bot`)).status).toBe(204)
    await strict.close()
  })
})

describe('a robot of a disabled owner', () => {
  it('cannot log in, though its token is right', async () => {
    await stage.people('carol')
    const carol = await stage.client('carol', 'user:admin')
    const { token } = (await carol.put('/api/v1/user/robots/bot')).body
    const id = await namespaceId(stage.db, 'carol')
    await stage.db.namespace.update({ where: { id }, data: { enabled: false } })
    const { status, body } = await stage.api.login('carol+bot', token)

    expect([status, body.errors[0].message]).toEqual([
      401,
      'Robot carol+bot owner carol is disabled',
    ])
    expect((await carol.get('/api/v1/user/robots')).status).toBe(401)
    expect((await robotRow(stage.db, 'carol+bot')).lastAccessedAt).toBeNull()
  })
})
