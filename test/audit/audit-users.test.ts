import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClock } from '../helpers/clock.ts'
import { auditEntries, deleteAccounts, namespaceId, robotRow } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const time = createClock()
let stage: Stage

beforeAll(async () => {
  stage = await startStage({
    config: { userInitialize: true },
    surroundings: { clock: time.clock },
  })
})

afterAll(() => stage.close())

describe('the log of users and tokens', () => {
  beforeEach(() => deleteAccounts(stage))

  it('tells, for the whole installation, that the first user was made by nobody yet; its token belongs to an application', async () => {
    const { body } = await stage.api.as().post('/api/v1/user/initialize', {
      username: 'admin',
      password: 'password',
      access_token: true,
    })
    const client = stage.api.as(body.access_token)
    await client.put('/api/v1/user/robots/bot')

    const id = await namespaceId(stage.db, 'admin')
    const token = await stage.db.oAuthToken.findFirstOrThrow()
    const [initialized, created, ...more] = await auditEntries(stage.db)
    expect(more).toEqual([])
    expect(initialized).toMatchObject({
      kind: 'user_create',
      namespaceId: null,
      namespaceName: null,
      performerId: null,
      performerName: null,
      tokenId: null,
      ip: '127.0.0.1',
      metadata: { username: 'admin', superuser: true },
    })
    expect(created).toMatchObject({
      kind: 'create_robot',
      performerId: id,
      tokenId: token.id,
      metadata: {
        robot: 'bot',
        description: null,
        unstructured_metadata: null,
        oauth_token_id: token.id,
        oauth_token_application_id: 'admin',
        oauth_token_application: 'automation',
      },
    })
  })

  it('tells, for the whole installation, of a new API token, and never holds it', async () => {
    await stage.people('alice')
    const token = await stage.token('alice', ['user:read'])
    const entries = await auditEntries(stage.db)

    expect(entries.map(({ kind }) => kind)).toEqual(['user_create', 'create_oauth_api_token'])
    expect(entries[1]).toMatchObject({
      namespaceName: null,
      metadata: {
        namespace: 'alice',
        oauth_token_id: (await stage.db.oAuthToken.findFirstOrThrow()).id,
        name: 'test',
        scopes: ['user:read'],
      },
    })
    expect(JSON.stringify(entries)).not.toContain(token)
  })
})

describe('the log of robot logins', () => {
  beforeAll(async () => {
    await deleteAccounts(stage)
    await stage.people('alice')
  })

  beforeEach(async () => {
    await stage.db.robot.deleteMany()
    await createUnlogged('alice+bot')
  })

  /** Makes a robot of which nothing stands in the log. @returns its static token */
  async function createUnlogged(fullName: string) {
    const token = await stage.robot(fullName)
    await stage.clearLog()
    return token
  }

  const refused = (robot = 'alice+bot') =>
    stage.api.login(robot, 'wrong').set('user-agent', 'docker/27').expect(401)

  /** Log-ins are written behind their answer. */
  async function entries() {
    await stage.services.settled()
    return auditEntries(stage.db)
  }

  it('tells of a login without scopes, in the name of the robot', async () => {
    const token = await createUnlogged('alice+bot-2')
    await stage.api.login('alice+bot-2', token).set('user-agent', 'docker/27').expect(200)

    const robot = await robotRow(stage.db, 'alice+bot-2')
    expect(await entries()).toMatchObject([
      {
        kind: 'login_success',
        namespaceName: 'alice',
        performerId: robot.id,
        performerName: 'alice+bot-2',
        ip: '127.0.0.1',
        metadata: { kind: 'robot', type: 'v2auth', robot: 'alice+bot-2', useragent: 'docker/27' },
      },
    ])
  })

  it('tells of a refused login in the namespace of the owner, without performer', async () => {
    await refused()

    const message = 'Could not find robot with username: alice+bot and supplied password.'
    expect(await entries()).toMatchObject([
      {
        kind: 'login_failure',
        namespaceName: 'alice',
        performerId: null,
        ip: '127.0.0.1',
        metadata: {
          type: 'v2auth',
          kind: 'robot',
          robot: 'alice+bot',
          username: 'alice+bot',
          useragent: 'docker/27',
          message,
        },
      },
    ])
  })

  it('tells of ten refused logins a minute of each robot, and of the number of the others in the next entry', async () => {
    await createUnlogged('alice+calm')
    for (let i = 0; i < 25; i++) await refused()
    await refused('alice+calm')
    const robots = (await entries()).map(({ metadata }) => (metadata as { robot: string }).robot)
    expect(robots).toEqual([...Array(10).fill('alice+bot'), 'alice+calm'])

    time.pass(59.999)
    await refused()
    expect(await entries()).toHaveLength(11)

    time.pass(0.001)
    await refused()
    await refused()
    const [next, after] = (await entries()).slice(11)
    expect(next?.metadata).toMatchObject({ robot: 'alice+bot', not_logged: 16 })
    expect(after?.metadata).not.toHaveProperty('not_logged')
  })

  it.each(['alice+none', 'nobody+bot', 'alice+bot+x', '+', 'alice+', '+bot', 'ALICE+bot'])(
    'tells nothing of a robot that does not exist: %s',
    async (name) => {
      await refused(name)
      expect(await entries()).toEqual([])
    },
  )
})
