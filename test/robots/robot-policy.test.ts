import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { breakAuditLog, repairAuditLog } from '../helpers/broken-audit-log.ts'
import { createTestDatabase } from '../helpers/postgres.ts'
import { auditEntries } from '../helpers/rows.ts'
import { POLICY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What an organization decides about its robots. How it and the installation are combined: domain/robot-policy.

const POLICY_URL = '/api/v1/organization/acme/robot-policy'
const ROBOTS = '/api/v1/organization/acme/robots'
const ALL = {
  secret_max_lifetime: '12w',
  secret_visibility: 'once',
  secrets_allowed: false,
  federation_audiences: 'required',
  trusted_issuers: 'listed',
  identity_token_as_password: false,
  robots_max: 3,
}
const IN_POLICY = "in the organization's robot policy"

const database = await createTestDatabase()
let stage: Stage
/** A server of the same installation that allows little. */
let strict: Stage
let token: string
let alice: Client

beforeAll(async () => {
  stage = await startStage({ database })
  strict = await startStage({
    database,
    config: {
      limits: { ...stage.config.limits, robots: 100 },
      policy: {
        ...POLICY,
        secretMaxLifetime: 90 * 86_400,
        secretVisibility: 'once',
        secretsAllowed: false,
        federationAudiences: 'default',
        trustedIssuers: 'listed',
        identityTokenAsPassword: false,
        robotsMax: 500,
      },
    },
  })
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  token = await stage.token('alice', ['user:admin', 'org:admin'])
  alice = stage.api.as(token)
})
afterAll(async () => {
  for (const one of [stage, strict]) await one.close()
  await database.drop()
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await put({})
  await stage.db.auditEntry.deleteMany()
})

const put = (document: object) => alice.put(POLICY_URL, document).expect(200)
const tagOf = async () => (await alice.get(POLICY_URL)).headers.etag ?? ''
const logIn = async (robot: string, password: string) => {
  const { status, body } = await stage.api.login(robot, password)
  return [status, body.errors?.[0].message]
}

describe('the document', () => {
  it('comes back as it was put, and is replaced whole', async () => {
    expect((await alice.get(POLICY_URL).expect(200)).body).toEqual({})
    expect((await put(ALL)).body).toEqual(ALL)
    expect((await alice.get(POLICY_URL)).body).toEqual(ALL)
    await put({ secret_visibility: 'once' })
    expect((await alice.get(POLICY_URL)).body).toEqual({ secret_visibility: 'once' })
    await put({})
    const { robotPolicy } = await stage.db.namespace.findUniqueOrThrow({ where: { name: 'acme' } })
    expect(robotPolicy).toBeNull()
  })

  it('can be asked for what holds', async () => {
    await put({ robots_max: 3, secret_max_lifetime: '90m' })
    const { body } = await alice.get(`${POLICY_URL}?effective=true`).expect(200)
    expect(body).toEqual({
      secret_max_lifetime: '90m',
      secret_visibility: 'always',
      secrets_allowed: true,
      federation_audiences: 'optional',
      trusted_issuers: 'any',
      identity_token_as_password: true,
      robots_max: 3,
    })
    await put({ secret_max_lifetime: '3652d' })
    const strictly = strict.api.as(token)
    expect((await strictly.get(`${POLICY_URL}?effective=true`)).body).toEqual({
      secret_max_lifetime: '90d',
      secret_visibility: 'once',
      secrets_allowed: false,
      federation_audiences: 'default',
      trusted_issuers: 'listed',
      identity_token_as_password: false,
      robots_max: 100,
    })
  })

  it('has an entity tag, to which a change may be held', async () => {
    const etag = await tagOf()
    const first = await alice.put(POLICY_URL, ALL).set('if-match', etag).expect(200)
    const changed = await tagOf()
    expect(changed).not.toBe(etag)
    expect(first.headers.etag).toBe(changed)
    for (const document of [{}, ALL]) {
      await alice.put(POLICY_URL, document).set('if-match', etag).expect(412)
    }
    await alice.put(POLICY_URL, {}).set('if-match', 'x').expect(400)
    expect((await alice.get(POLICY_URL)).body).toEqual(ALL)
    await alice.put(POLICY_URL, {}).set('if-match', changed).expect(200)
  })

  it('is written to the log with every change, and never without', async () => {
    await put(ALL)
    await put(ALL)
    await put({ robots_max: 1 })
    expect(await auditEntries(stage.db)).toMatchObject([
      { kind: 'change_robot_policy', namespaceName: 'acme', performerName: 'alice' },
      { metadata: { robot_policy: { robots_max: 1 }, replaced: ALL } },
    ])
    await breakAuditLog(stage.db)
    await alice.put(POLICY_URL, {}).expect(500)
    await repairAuditLog(stage.db)
    expect((await alice.get(POLICY_URL)).body).toEqual({ robots_max: 1 })
  })
})

it('is for administrators of the organization, and no robot changes it', async () => {
  await stage.team('acme', { name: 'members', role: 'member', members: ['bob'] })
  await stage.robot('acme+boss')
  await stage.team('acme', { name: 'bosses', role: 'admin', members: ['acme+boss'] })
  const boss = stage.api.as(await stage.robotToken('acme+boss', ['org:admin']))
  await boss.get(POLICY_URL).expect(200)
  await boss.put(POLICY_URL, {}).expect(403)
  const bob = await stage.client('bob', 'org:admin')
  for (const client of [bob, await stage.client('alice', 'user:admin', 'repo:admin')]) {
    await client.get(POLICY_URL).expect(403)
    await client.put(POLICY_URL, ALL).expect(403)
  }
  await stage.api.as().get(POLICY_URL).expect(401)
  await stage.api.as().put(POLICY_URL, ALL).expect(401)
  const ofUser = POLICY_URL.replace('acme', 'alice')
  expect((await alice.put(ofUser, ALL).expect(404)).body).toEqual(apiError(stage.url, 'not_found'))
  await bob.put(ofUser, ALL).expect(403)
  expect((await alice.get(POLICY_URL)).body).toEqual({})
})

describe('refuses', () => {
  const LIFETIME = 'must be a duration from 1m to 3652d such as 90d or 12h'
  it.each([
    [{ secret_lifetime: '90d' }, "unknown key 'secret_lifetime'"],
    [{ robot_api_tokens: false }, "unknown key 'robot_api_tokens'"],
    [{ secret_max_lifetime: '59s' }, LIFETIME],
    [{ secret_max_lifetime: '3653d' }, LIFETIME],
    [{ secret_max_lifetime: 90 }, 'secret_max_lifetime'],
    [{ secret_max_lifetime: null }, 'secret_max_lifetime'],
    [{ secret_visibility: 'never' }, 'secret_visibility'],
    [{ secrets_allowed: 'false' }, 'secrets_allowed'],
    [{ federation_audiences: ['required'] }, 'federation_audiences'],
    [{ trusted_issuers: 'none' }, 'trusted_issuers'],
    [{ identity_token_as_password: 0 }, 'identity_token_as_password'],
    [{ robots_max: -1 }, 'robots_max must be a whole number from 0 to 10000000, or unlimited'],
    [{ robots_max: 1.5 }, 'robots_max must be a whole number'],
    [{ robots_max: 'many' }, 'robots_max must be a whole number'],
    [{ robots_max: 50_001 }, 'robots_max must be at most 50000'],
    [{ robots_max: 'unlimited' }, '(limits.robots in the configuration file of the service)'],
  ])('%j', async (document, words) => {
    const { body } = await alice.put(POLICY_URL, document).expect(400)
    expect(body).toEqual(invalidRequest(stage.url, expect.stringContaining(words)))
  })

  it.each<[object, string, string?]>([
    [{ secret_max_lifetime: '91d' }, 'secret_max_lifetime must be at most 90d'],
    [{ secret_max_lifetime: 'unlimited' }, 'secret_max_lifetime must be at most 90d'],
    [{ secret_visibility: 'always' }, 'secret_visibility must be once'],
    [{ secrets_allowed: true }, 'secrets_allowed must be false'],
    [{ federation_audiences: 'optional' }, 'federation_audiences must be default or required'],
    [{ trusted_issuers: 'any' }, 'trusted_issuers must be listed'],
    [{ identity_token_as_password: true }, 'identity_token_as_password must be false'],
    [{ robots_max: 101 }, 'robots_max must be at most 100', 'limits.robots'],
  ])('what is looser than the installation: %j', async (document, words, setting) => {
    const { body } = await strict.api.as(token).put(POLICY_URL, document).expect(400)
    const [key] = Object.keys(document)
    const detail = `${words}, as the installation has it (${setting ?? `policy.${key}`} in the configuration file of the service)`
    expect(body).toEqual(invalidRequest(strict.url, detail))
  })

  it('all that is looser, in one answer', async () => {
    const document = { ...ALL, secrets_allowed: true, trusted_issuers: 'any', robots_max: 501 }
    const { body } = await strict.api.as(token).put(POLICY_URL, document).expect(400)
    expect(body.detail.split('; ')).toEqual([
      expect.stringMatching(/^secrets_allowed must be false, as/),
      expect.stringMatching(/^trusted_issuers must be listed, as/),
      expect.stringMatching(/^robots_max must be at most 100, as/),
    ])
  })

  it('nothing that is as strict', async () => {
    const same = {
      secret_max_lifetime: '2160h',
      secret_visibility: 'once',
      secrets_allowed: false,
      federation_audiences: 'default',
      trusted_issuers: 'listed',
      identity_token_as_password: false,
      robots_max: 100,
    }
    await strict.api.as(token).put(POLICY_URL, same).expect(200)
  })
})

it('limits the life of new secrets', async () => {
  await alice.put(`${ROBOTS}/old`).expect(201)
  await put({ secret_max_lifetime: '2w' })
  const words = `at most 14 days (secret_max_lifetime ${IN_POLICY})`
  const { body } = await alice.put(`${ROBOTS}/ci?expires_in=15d`).expect(400)
  expect(body.detail).toBe(`expires_in must be ${words}`)
  await alice.put(`${ROBOTS}/ci`).expect(201)
  const life = async (name: string) => {
    const [secret] = (await alice.get(`${ROBOTS}/${name}/secrets`)).body.secrets
    return secret.expires_at && (Date.parse(secret.expires_at) - Date.parse(secret.created)) / 1000
  }
  expect(await life('ci')).toBe(14 * 86_400)
  expect(await life('old')).toBeNull()
  await alice.post(`${ROBOTS}/old/regenerate?expires_in=15d`).expect(400)
  await alice.post(`${ROBOTS}/old/regenerate`).expect(201)
  expect(await life('old')).toBe(14 * 86_400)
  const [secret] = (await alice.get(`${ROBOTS}/ci/secrets`)).body.secrets
  const late = await alice.patch(`${ROBOTS}/ci/secrets/${secret.id}`, { expires_at: null })
  expect([late.status, late.body.detail]).toEqual([400, expect.stringContaining(words)])
})

it('limits the number of robots', async () => {
  await alice.put(`${ROBOTS}/one`).expect(201)
  await put({ robots_max: 2 })
  await alice.put(`${ROBOTS}/two`).expect(201)
  const { body } = await alice.put(`${ROBOTS}/three`).expect(400)
  expect(body.detail).toBe(`Limit reached: acme can have 2 robots (robots_max ${IN_POLICY})`)
  await put({ robots_max: 1 })
  expect((await alice.get(ROBOTS)).body.robots).toHaveLength(2)
  await put({})
  await alice.put(`${ROBOTS}/three`).expect(201)
})

it('limits it on every server, whatever one of them has counted before', async () => {
  await put({ robots_max: 4 })
  await alice.put(`${ROBOTS}/one`).expect(201)
  const elsewhere = strict.api.as(token)
  for (const name of ['two', 'three', 'four']) {
    await elsewhere.put(`${ROBOTS}/${name}?secret=false`).expect(201)
  }
  await alice.put(`${ROBOTS}/five`).expect(400)
})

describe('without secrets', () => {
  const NONE = `Robots have no secrets here (secrets_allowed ${IN_POLICY})`
  const INSTEAD = 'its jobs log in with identity tokens, by federation'

  it('refuses those that exist, at once and on every server, until it is changed back', async () => {
    const { body } = await alice.put(`${ROBOTS}/ci`)
    expect(await logIn('acme+ci', body.token)).toEqual([200, undefined])
    await put({ secrets_allowed: false })
    const words = `${NONE}: that of acme+ci is refused, and ${INSTEAD}`
    expect(await logIn('acme+ci', body.token)).toEqual([401, words])
    const form = { grant_type: 'password', username: 'acme+ci', password: body.token }
    const byForm = stage.api.call('post', '/v2/auth').type('form')
    await byForm.send({ ...form, service: stage.config.registryService }).expect(401)
    // Whoever does not know it is not told.
    const [status, other] = await logIn('acme+ci', 'x')
    expect([status, other]).toEqual([401, expect.stringContaining('and supplied password')])
    await put({})
    expect(await logIn('acme+ci', body.token)).toEqual([200, undefined])
  })

  it('has robots made without, and no others', async () => {
    await put({ secrets_allowed: false })
    const refused = await alice.put(`${ROBOTS}/ci`).expect(400)
    expect(refused.body.detail).toBe(`${NONE}: make the robot with ?secret=false, and ${INSTEAD}`)
    const { body } = await alice.put(`${ROBOTS}/ci?secret=false`, { description: 'x' }).expect(201)
    expect(body).toEqual({
      ...{ name: 'acme+ci', created: expect.any(String), last_accessed: null, description: 'x' },
      unstructured_metadata: null,
    })
    const again = await alice.post(`${ROBOTS}/ci/regenerate`).expect(400)
    expect(again.body.detail).toBe(`${NONE}: ${INSTEAD}`)
    const both = await alice.put(`${ROBOTS}/both?secret=false&expires_in=1d`).expect(400)
    expect(both.body.detail).toContain('leave it out')
  })

  /** What is shown of the robot's token, alone and in lists, and how its export is answered. */
  async function shown() {
    const { body: robot } = await alice.get(`${ROBOTS}/ci?details=true`).expect(200)
    const { body: list } = await alice.get(`${ROBOTS}?details=true`).expect(200)
    const { body: found } = await alice.get(`${ROBOTS}?q=ci`).expect(200)
    const { status, body, text } = await alice.get(`${ROBOTS}/ci/credentials?format=env`)
    const tokens = [robot, list.robots[0], found.robots[0]].map((one) => one.token ?? 'none')
    const held = [robot.secrets.length, list.robots[0].secrets.length]
    return { tokens, held, export: status === 200 ? text : [status, body.detail] }
  }

  it('shows none that is refused, and shows it where it is good again', async () => {
    const { token: secret } = (await alice.put(`${ROBOTS}/ci`)).body
    await put({ secrets_allowed: false })
    const export409 = [409, `${NONE}: ${INSTEAD}`]
    const none = ['none', 'none', 'none']
    expect(await shown()).toEqual({ tokens: none, held: [1, 1], export: export409 })
    const { body: changed } = await alice.patch(`${ROBOTS}/ci`, { description: 'x' }).expect(200)
    expect(changed).not.toHaveProperty('token')
    await put({})
    const tokens = [secret, secret, secret]
    expect(await shown()).toMatchObject({ tokens, export: expect.stringContaining(secret) })
  })

  it('shows none of a robot that was made without, until it is given one', async () => {
    await alice.put(`${ROBOTS}/ci?secret=false`).expect(201)
    expect((await alice.get(`${ROBOTS}/ci/secrets`)).body.secrets).toEqual([])
    const words = 'The robot was made without a secret: regenerate it to give it one'
    const none = ['none', 'none', 'none']
    expect(await shown()).toEqual({ tokens: none, held: [0, 0], export: [409, words] })
    expect(await auditEntries(stage.db)).not.toContainEqual(
      expect.objectContaining({ kind: 'reveal_robot_token' }),
    )
    const { token: secret } = (await alice.post(`${ROBOTS}/ci/regenerate`).expect(201)).body
    expect(await logIn('acme+ci', secret)).toEqual([200, undefined])
    const tokens = [secret, secret, secret]
    expect(await shown()).toMatchObject({ tokens, held: [1, 1] })
  })
})

it('is of no concern to robots of users', async () => {
  await put({ ...ALL, robots_max: 0 })
  const own = '/api/v1/user/robots'
  const { body } = await alice.put(`${own}/ci`).expect(200)
  expect(await logIn('alice+ci', body.token)).toEqual([200, undefined])
  // That of the installation is.
  expect((await strict.api.login('alice+ci', body.token)).status).toBe(401)
  const refused = await strict.api.as(token).put(`${own}/other`).expect(400)
  expect(refused.body.detail).toContain('Robots have no secrets here (policy.secrets_allowed)')
})
