import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SCOPES, type Scope } from '../../src/domain/scopes.ts'
import { apiError, bearer, type Method } from '../helpers/api.ts'
import { auditEntries, robotRow, setEnabled } from '../helpers/rows.ts'
import { POLICY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A robot calls the API with an API token: within the token's scopes and the robot's roles, and no further.

const ACME = '/api/v1/organization/acme'
const WEB = '/api/v1/repository/acme/web'
const REFUSED = 'API token is invalid, revoked or expired'

let stage: Stage
let now = Date.parse('2026-11-23T12:00:00Z')

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.superusers('root')
  await stage.people('alice')
  await stage.organization('acme')
  for (const name of ['acme+reader', 'acme+admin', 'acme+creator', 'alice+ci'])
    await stage.robot(name)
  await stage.team('acme', { name: 'admins', role: 'admin', members: ['acme+admin'] })
  await stage.team('acme', { name: 'creators', role: 'creator', members: ['acme+creator'] })
  await stage.repository('acme/web', { robots: { 'acme+reader': 'read' } })
  await stage.repository('acme/open', {}, 'public')
})

afterAll(() => stage.close())

// Nobody has tried wrong tokens lately.
beforeEach(() => {
  now += 3600_000
})

const robot = async (name: string, ...scopes: Scope[]) =>
  stage.api.as(await stage.robotToken(name, scopes))

/** What the answer says of the token that came along. */
const challenge = (headers: Record<string, string>) => headers['www-authenticate']

describe('who calls', () => {
  it.each<Scope[]>([['user:read'], ['user:admin']])('is the robot: %s', async (...scopes) => {
    const { body } = await (await robot('acme+reader', ...scopes)).get('/api/v1/user/').expect(200)
    expect(body).toMatchObject({ anonymous: false, username: 'acme+reader', organizations: [] })
    expect(body).not.toHaveProperty('email')
  })

  it('is not told without a scope for that', async () => {
    const { status, body } = await (await robot('acme+reader', 'repo:read')).get('/api/v1/user/')
    expect([status, body]).toEqual([401, apiError(stage.url, 'invalid_token')])
  })

  it('stands in the log, with the token', async () => {
    const admin = await robot('acme+admin', 'org:admin')
    const token = await stage.db.robotApiToken.findFirstOrThrow({ orderBy: { id: 'desc' } })
    await stage.clearLog()
    await admin.put(`${ACME}/robots/fresh`).expect(201)
    expect(await auditEntries(stage.db)).toMatchObject([
      {
        ...{ kind: 'create_robot', namespaceName: 'acme', performerName: 'acme+admin' },
        tokenId: null,
        metadata: { robot: 'fresh', api_token_uuid: token.id, api_token_name: 'test' },
      },
    ])
    const { body } = await admin.get(`${ACME}/logs?performer=acme%2Badmin`).expect(200)
    expect(body.logs[0].performer).toMatchObject({ name: 'acme+admin', is_robot: true })
  })

  it('counts as a use of token and robot, once a minute', async () => {
    const reader = await robot('acme+reader', 'repo:read')
    const used = async () => {
      const token = await stage.db.robotApiToken.findFirstOrThrow({ orderBy: { id: 'desc' } })
      const row = await stage.db.robot.findUniqueOrThrow({ where: { id: token.robotId } })
      return [token.lastAccessedAt?.getTime(), row.lastAccessedAt?.getTime()]
    }
    const first = now
    await reader.get(WEB).expect(200)
    now += 59_999
    await reader.get(WEB).expect(200)
    expect(await used()).toEqual([first, first])
    now += 1
    await reader.get(WEB).expect(200)
    expect(await used()).toEqual([now, now])
  })

  it('counts as a use of the token, at the registry, too, however lately another one of the robot was used', async () => {
    const start = now
    const token = () => stage.robotToken('acme+reader', ['repo:read'])
    const [first, second, third] = [await token(), await token(), await token()]
    await stage.api.as(first).get(WEB).expect(200)
    now += 1000
    await stage.api.as(second).get(WEB).expect(200)
    now += 1000
    await stage.api.login('acme+reader', third).expect(200)
    const rows = await stage.db.robotApiToken.findMany({ orderBy: { id: 'desc' }, take: 3 })
    const uses = rows.map(({ lastAccessedAt }) => (lastAccessedAt?.getTime() ?? 0) - start)
    expect(uses).toEqual([2000, 1000, 0])
  })

  it('counts as a use of the robot by an API token, at the registry, too', async () => {
    const uses = async () => {
      const { lastAccessedAt, lastAccessedBy } = await robotRow(stage.db, 'acme+reader')
      return [lastAccessedAt?.getTime(), lastAccessedBy]
    }
    const token = await stage.robotToken('acme+reader', ['repo:read'])
    await stage.api.as(token).get(WEB).expect(200)
    expect(await uses()).toEqual([now, 'api_token'])
    await stage.db.robot.updateMany({ data: { lastAccessedAt: null, lastAccessedBy: null } })
    await stage.api.login('acme+reader', token).expect(200)
    expect(await uses()).toEqual([now, 'api_token'])
  })
})

describe('a repository', () => {
  it('is read with a role and a scope for it, and not with one of them', async () => {
    const { body } = await (await robot('acme+reader', 'repo:admin')).get(WEB).expect(200)
    expect(body).toMatchObject({ can_write: false, can_admin: false })
    await (await robot('acme+reader', 'org:admin', 'user:admin')).get(WEB).expect(403)
    await (await robot('acme+creator', 'repo:admin')).get(WEB).expect(403)
    await (await robot('acme+reader', 'repo:admin')).put(WEB, { description: 'x' }).expect(403)
    await (await robot('acme+admin', 'repo:read')).put(WEB, { description: 'x' }).expect(403)
    await (await robot('acme+admin', 'repo:admin')).put(WEB, { description: 'x' }).expect(200)
  })

  it('is listed where the robot may see it', async () => {
    const names = async (name: string) => {
      const client = await robot(name, 'repo:read')
      const { body } = await client.get('/api/v1/repository?namespace=acme').expect(200)
      return body.repositories.map((one: { name: string }) => one.name).sort()
    }
    expect(await names('acme+reader')).toEqual(['web'])
    expect(await names('acme+creator')).toEqual([])
    expect(await names('acme+admin')).toEqual(['open', 'web'])
  })

  it('is made by a robot that creates, which administers it then', async () => {
    const body = { namespace: 'acme', repository: 'made', visibility: 'private', description: '' }
    const path = '/api/v1/repository'
    await (await robot('acme+creator', 'repo:admin')).post(path, body).expect(403)
    await (await robot('acme+reader', 'repo:create')).post(path, body).expect(403)
    await (await robot('acme+creator', 'repo:create')).post(path, body).expect(201)
    const creator = await robot('acme+creator', 'repo:admin')
    expect((await creator.get('/api/v1/repository/acme/made').expect(200)).body.can_admin).toBe(
      true,
    )
    const nowhere = { ...body, namespace: undefined }
    await (await robot('acme+creator', 'repo:create')).post(path, nowhere).expect(400)
    const personal = { ...body, namespace: 'alice' }
    await (await robot('alice+ci', 'repo:create')).post(path, personal).expect(403)
  })
})

describe('an organization', () => {
  const ADMINISTERS: [string, Method, string, object?][] = [
    ['shows its robots', 'get', `${ACME}/robots/reader`],
    ['gets a team', 'put', `${ACME}/team/devs`, { role: 'member' }],
    ['gets a member', 'put', `${ACME}/team/devs/members/acme+reader`, {}],
    ['gets a federation entry', 'post', `${ACME}/robots/reader/federation`, []],
  ]

  it.each(ADMINISTERS)(
    '%s for a robot of an admin team whose token has org:admin',
    async (_, method, path, body) => {
      const call = async (name: string, ...scopes: Scope[]) => {
        const token = await stage.robotToken(name, scopes)
        return (await stage.api.call(method, path, token).send(body)).status
      }
      const others = SCOPES.filter((scope) => scope !== 'org:admin')
      expect(await call('acme+admin', ...others)).toBe(403)
      expect(await call('acme+creator', ...SCOPES)).toBe(403)
      expect(await call('alice+ci', ...SCOPES)).toBe(403)
      expect(await call('acme+admin', 'org:admin')).toBeLessThan(300)
    },
  )

  it('shows static tokens of its robots to such a robot alone', async () => {
    const shown = async (name: string, ...scopes: Scope[]) => {
      const { body } = await (await robot(name, ...scopes)).get(`${ACME}/robots?token=true`)
      return body.robots?.some((one: { token?: string }) => one.token !== undefined)
    }
    expect(await shown('acme+admin', 'org:admin')).toBe(true)
    expect(await shown('acme+admin', 'repo:create')).toBe(false)
    expect(await shown('acme+creator', 'org:admin')).toBe(false)
    expect(await shown('alice+ci', ...SCOPES)).toBeUndefined()
  })
})

describe('a token that is not good', () => {
  const WRONG: Record<string, () => Promise<string>> = {
    'of a form of its own': async () => 'qro_short',
    'that is unknown': async () => `qro_${'A'.repeat(60)}`,
    'with another secret': async () => {
      const token = await stage.robotToken('acme+reader', ['repo:read'])
      return token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
    },
    'that has expired': () => stage.robotToken('acme+reader', ['repo:read'], 0),
    'that was revoked': async () => {
      const token = await stage.robotToken('acme+reader', ['repo:read'])
      await stage.db.robotApiToken.deleteMany({ where: { code: token.slice(0, 24) } })
      return token
    },
  }

  it.each(Object.entries(WRONG))('%s is refused, whatever is asked', async (_, make) => {
    const token = await make()
    const ASKED: [Method, string][] = [
      ['get', WEB],
      ['get', '/api/v1/repository/acme/open'],
      ['get', '/api/v1/repository?public=true'],
      ['get', ACME],
      ['put', WEB],
      ['delete', `${ACME}/robots/reader`],
    ]
    for (const [method, path] of ASKED) {
      const { status, body, headers } = await stage.api.call(method, path, token)
      expect([path, status, body]).toEqual([path, 401, apiError(stage.url, 'invalid_token')])
      expect(challenge(headers)).toContain(`error="invalid_token", error_description="${REFUSED}"`)
    }
    const { body } = await stage.api.login('acme+reader', token).expect(401)
    expect(body.errors[0].message).toBe(REFUSED)
  })

  it('is told apart where only its robot may not act', async () => {
    const token = await stage.robotToken('acme+reader', ['repo:read', 'user:read'])
    const alice = await stage.client('alice', 'org:admin')
    const reader = stage.api.as(token)
    const change = (body: object) => alice.patch(`${ACME}/robots/reader`, body).expect(200)
    await change({ enabled: false, reason: 'leaked "here" ☠' })
    const { headers } = await reader.get(WEB).expect(401)
    expect(challenge(headers)).toBe(
      `Bearer realm="${stage.url}", error="invalid_token", error_description="The robot acme+reader is disabled: leaked  here"`,
    )
    await change({ enabled: true, expires_at: new Date(now + 1000).toISOString() })
    await reader.get(WEB).expect(200)
    now += 1000
    await reader.get('/api/v1/repository/acme/open').expect(401)
    await change({ expires_at: null })
    await reader.get(WEB).expect(200)
  })

  it('is one of a robot whose owner is disabled, or that was deleted', async () => {
    await stage.people('dora')
    await stage.robot('dora+ci')
    const token = await stage.robotToken('dora+ci', ['user:read'])
    const ask = () => stage.api.as(token).get('/api/v1/user/')
    await ask().expect(200)
    await setEnabled(stage.db, 'dora', false)
    await ask().expect(401)
    await setEnabled(stage.db, 'dora', true)
    await ask().expect(200)
    await stage.db.robot.deleteMany({ where: { name: 'ci', namespace: { name: 'dora' } } })
    await ask().expect(401)
  })

  it('is slowed down like others', async () => {
    const wrong = stage.api.as(`qro_${'B'.repeat(60)}`)
    const statuses = new Set<number>()
    for (let n = 0; n < 100; n++) statuses.add((await wrong.get(WEB)).status)
    expect([...statuses]).toEqual([401, 429])
    await (await robot('acme+reader', 'repo:read')).get(WEB).expect(200)
  })

  it('is any where policy.robot_api_tokens or robots are switched off, until they are on again', async () => {
    const token = await stage.robotToken('acme+reader', ['repo:read'])
    for (const config of [
      { policy: { ...POLICY, robotApiTokens: false } },
      { robotsDisallow: true },
    ]) {
      const off = await startStage({
        config,
        database: stage.database,
        surroundings: { clock: () => new Date(now) },
      })
      await off.api.as(token).get(WEB).expect(401)
      await off.api.login('acme+reader', token).expect(401)
      await off.close()
    }
    await stage.api.as(token).get(WEB).expect(200)
  })
})

it('a token outlives the static one', async () => {
  const token = await stage.robotToken('acme+reader', ['repo:read'])
  const alice = await stage.client('alice', 'org:admin')
  await alice.post(`${ACME}/robots/reader/regenerate`).expect(201)
  await stage.api.as(token).get(WEB).expect(200)
})

describe('at the registry', () => {
  const actions = async (username: string, token: string, path = 'acme/web') => {
    const { body } = await stage.api
      .login(username, token)
      .query({ scope: `repository:${path}:pull,push` })
      .expect(200)
    const { access, exp, sub } = decodeJwt(body.token) as {
      access: { actions: string[] }[]
      exp: number
      sub: string
    }
    return { actions: access.flatMap((entry) => entry.actions), exp, sub }
  }

  it.each(['acme+admin', '$oauthtoken'])(
    'scopes cap what the robot may, as %s',
    async (username) => {
      const may = async (...scopes: Scope[]) =>
        (await actions(username, await stage.robotToken('acme+admin', scopes))).actions.sort()
      expect(await may('repo:read')).toEqual(['pull'])
      expect(await may('repo:write')).toEqual(['pull', 'push'])
      expect(await may('user:read')).toEqual([])
      const made = await actions(
        username,
        await stage.robotToken('acme+admin', ['repo:read']),
        'acme/none',
      )
      expect(made.actions).toEqual([])
      const creator = await stage.robotToken('acme+admin', ['repo:create'])
      const path = `acme/pushed${username.length}`
      expect((await actions(username, creator, path)).actions).toEqual(['push'])
    },
  )

  it('a registry token ends with it, and one that ends too soon opens nothing', async () => {
    const token = await stage.robotToken('acme+reader', ['repo:read'], 90)
    expect(await actions('acme+reader', token)).toEqual({
      ...{ actions: ['pull'], exp: now / 1000 + 90, sub: 'acme+reader' },
    })
    now += 31_000
    await stage.api.login('acme+reader', token).expect(401)
  })

  it('it is the password of its own robot only', async () => {
    const token = await stage.robotToken('acme+reader', ['repo:read'])
    const { body } = await stage.api.login('acme+admin', token).expect(401)
    expect(body.errors[0].message).toBe('API token subject does not match the supplied username')
    await stage.api.login('acme+none', token).expect(401)
  })
})

it('a robot asks about its own robot tokens with it, and about others as an administrator', async () => {
  const ask = (headers: Record<string, string>) =>
    stage.api
      .call('post', '/oauth2/federation/robot/introspect')
      .set(headers)
      .type('form')
      .send({ token: 'a.b.c' })
  const token = await stage.robotToken('acme+reader', ['repo:read'])
  const own = await ask({ authorization: `Basic ${btoa(`acme+reader:${token}`)}` })
  expect([own.status, own.body]).toEqual([200, { active: false }])
  expect((await ask(bearer(token))).status).toBe(200)
  expect((await ask(bearer('qro_wrong'))).status).toBe(401)
})
