import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, bearer } from '../helpers/api.ts'
import type { TestService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import {
  madeCredential,
  ORGANIZATIONS,
  randomScopes,
  randomStep,
  requestOf,
  type Step,
  USERS,
} from './commands.ts'
import { apply } from './effects.ts'
import {
  ALL_SCOPES,
  type Credential,
  mayAdminister,
  mayGive,
  maySee,
  namespaceOf,
  type Operation,
  organizationRole,
  ownerOf,
  registryActions,
  repositoryRole,
  type Verdict,
  type World,
} from './model.ts'
import { createRandom, type Random } from './random.ts'
import { judge } from './verdicts.ts'

const SEQUENCES = Number(process.env.PROPERTY_SEQUENCES || 8)
const STEPS = Number(process.env.PROPERTY_STEPS || 30)
/** Of the first sequence; the next one has the next number. */
const SEED = Number(process.env.PROPERTY_SEED || Math.floor(Math.random() * 2 ** 31))

const STATUSES: Record<Verdict, readonly number[]> = {
  allowed: [200, 201, 204],
  unauthenticated: [401],
  forbidden: [403],
  invalid: [400, 404],
  refused: [400, 403, 404],
}

const ANONYMOUS: Credential = { kind: 'anonymous' }

/** What each principal may do in each repository, as the service says. */
type Rights = Map<string, Map<string, string[]>>

describe.each([
  ['superusers are users', false],
  ['superusers have full access', true],
])('nobody gets a right that the caller does not have, where %s', (_, superusersFullAccess) => {
  let stage: Stage

  beforeAll(async () => {
    stage = await startStage({ config: { superusersFullAccess } })
    await stage.superusers('root')
    await stage.people(...USERS.filter((name) => name !== 'root'))
  })
  afterAll(() => stage.close())

  const seeds = Array.from({ length: SEQUENCES }, (_, index) => SEED + index).filter(
    (_, index) => (index % 2 === 1) === superusersFullAccess || SEQUENCES === 1,
  )

  it.each(seeds)('PROPERTY_SEED=%i', { timeout: 120_000 }, async (seed) => {
    const sequence = await startSequence(stage, createRandom(seed), superusersFullAccess)
    for (let count = 0; count < STEPS; count++) await sequence.step()
    await sequence.sweep()
  })
})

async function startSequence(stage: Stage, random: Random, superusersFullAccess: boolean) {
  await emptyButForUsers(stage)
  const world = await initialWorld(stage, superusersFullAccess)
  const secrets = new Map<string, string>()
  for (const name of USERS) {
    for (const scopes of [[...ALL_SCOPES], randomScopes(random), randomScopes(random)]) {
      const id = `token${secrets.size}`
      secrets.set(id, await stage.token(name, scopes))
      const set = new Set(scopes)
      world.credentials.set(id, { kind: 'user', user: name, scopes: set, application: undefined })
    }
  }
  const history: string[] = []
  /** What the service calls what the operations made; of applications, the client secret too. */
  const serviceIds = new Map<string, string>()
  const clientSecrets = new Map<string, string>()
  /** Credentials that ended, with their login. */
  const dead: { id: string; credential: Credential; secret: string }[] = []
  let made = 0

  const say = (text: string) => `${text}\nafter\n${history.join('\n')}\n`

  async function send(step: Step): Promise<Answer> {
    const { operation } = step
    if (operation.op === 'clientCredentials') {
      const { application, scopes } = operation
      const headers = basic(
        serviceIds.get(application) ?? 'NONE',
        clientSecrets.get(application) ?? '',
      )
      const form = { grant_type: 'client_credentials', scope: scopes.join(' ') }
      return call(stage, 'POST', '/oauth/token', headers, new URLSearchParams(form))
    }
    const { method, path, body } = requestOf(operation, (id) => serviceIds.get(id) ?? NIL_ID)
    const secret = secrets.get(step.caller)
    return call(stage, method, path, secret === undefined ? {} : bearer(secret), body)
  }

  /** Notes what the service made: ids and secrets. */
  function learn(step: Step, body: Answer['body']) {
    const { operation } = step
    const id = madeCredential(world, step)
    if (operation.op === 'createDefault') serviceIds.set(operation.id, body.id)
    if (operation.op === 'createApplication') {
      serviceIds.set(operation.id, body.client_id)
      clientSecrets.set(operation.id, body.client_secret)
    }
    // More scopes come with a new secret.
    if (operation.op === 'setApplicationScopes' && body.client_secret !== null) {
      clientSecrets.set(operation.id, body.client_secret)
    }
    if (operation.op === 'createAppToken') serviceIds.set(operation.id, body.token.uuid)
    if (operation.op === 'readAppToken') {
      expect(body.token.token_code, say('the app token')).toBe(secrets.get(operation.id))
    }
    if (id !== undefined) {
      secrets.set(id, body.access_token ?? body.token.token_code ?? body.token)
    }
  }

  async function rightsOf(credential: Credential, secret: string) {
    const paths = [...world.repositories.keys()]
    const answer = await loginFor(stage, credential, secret, paths)
    expect(answer.status, say(`login of ${describeCredential(credential)}`)).toBe(200)
    return answer.rights
  }

  /** The rights of users (by a token with every scope), robots and nobody. */
  async function rightsOfAll(): Promise<Rights> {
    const principals = new Map([[NOBODY, { credential: ANONYMOUS, secret: '' }]])
    for (const [id, credential] of world.credentials) {
      if (credential.kind !== 'robot' && !isWhole(credential)) continue
      const secret = secrets.get(id) ?? ''
      principals.set(describeCredential(credential), { credential, secret })
    }
    const rows = [...principals].map(
      async ([name, { credential, secret }]) => [name, await rightsOf(credential, secret)] as const,
    )
    return new Map(await Promise.all(rows))
  }

  async function compareCredential(id: string) {
    const credential = world.credentials.get(id) ?? ANONYMOUS
    const rights = await rightsOf(credential, secrets.get(id) ?? '')
    expect(rights, say(`rights of ${id}, ${describeCredential(credential)}`)).toEqual(
      modelRights(world, credential),
    )
    return rights
  }

  /** What the API shows to a caller: the robots of an organization and their tokens, a repository. */
  async function compareApi(id: string) {
    const caller = world.credentials.get(id) ?? ANONYMOUS
    if (!CALLERS.has(caller.kind)) return
    const get = (path: string) => call(stage, 'GET', path, bearer(secrets.get(id) ?? ''))
    const who = `for ${id}, ${describeCredential(caller)}`
    await compareRobots(caller, random.pick(ORGANIZATIONS), get, who)
    for (const path of random.sample([...world.repositories.keys()], 1)) {
      const { status, body } = await get(`/api/v1/repository/${path}`)
      expect(status, say(`${path} ${who}`)).toBe(maySee(world, path, caller) ? 200 : 403)
      if (status !== 200) continue
      const isAdmin = mayAdminister(world, path, caller)
      const canWrite = isAdmin || repositoryRole(world, path, caller) === 'write'
      expect([body.can_admin, body.can_write], say(`${path} ${who}`)).toEqual([isAdmin, canWrite])
    }
  }

  async function compareRobots(
    caller: Credential,
    organization: string,
    get: (path: string) => Promise<Answer>,
    who: string,
  ) {
    const role = organizationRole(world, organization, caller)
    const robots = [...world.robots].filter((robot) => ownerOf(robot) === organization).sort()
    const url = `/api/v1/organization/${organization}/robots`
    const { status, body } = await get(url)
    expect(status, say(`robots of ${organization} ${who}`)).toBe(role ? 200 : 403)
    const shown = role ? robots : []
    const tokenOf = (robot: string) => (role === 'admin' ? secrets.get(robot) : undefined)
    expect(
      (body.robots ?? []).map((robot: { name: string; token?: string }) => [
        robot.name,
        robot.token,
      ]),
      say(`robots of ${organization} ${who}`),
    ).toEqual(shown.map((robot) => [robot, tokenOf(robot)]))
    for (const robot of random.sample(robots, 1)) {
      const one = await get(`${url}/${robot.split('+')[1]}`)
      expect(one.status, say(`${robot} ${who}`)).toBe(role === 'admin' ? 200 : 403)
    }
  }

  async function compareDead() {
    for (const { id, credential, secret } of random.sample(dead, 2)) {
      const { status } = await loginFor(stage, credential, secret, [])
      // 429 as well: only wrong credentials are ever slowed down.
      expect([401, 429], say(`login with ${id}, which has ended`)).toContain(status)
      if (!CALLERS.has(credential.kind)) continue
      const user = await call(stage, 'GET', '/api/v1/user/robots', bearer(secret))
      expect([401, 429], say(`call with ${id}, which has ended`)).toContain(user.status)
    }
  }

  /** Sends a step and compares the answer with the model's; does the same to the model. */
  async function take(step: Step) {
    const { caller: id, operation } = step
    const caller = world.credentials.get(id) ?? ANONYMOUS
    const verdict = judge(world, caller, operation)
    const number = history.length + 1
    const who = `${id}, ${describeCredential(caller)}`
    history.push(`${number}. ${who}: ${JSON.stringify(operation)} is ${verdict}`)
    const before = structuredClone(world)
    const { status, body } = await send(step)
    const found = say(`${verdict}, but ${status} ${JSON.stringify(body)}`)
    expect(STATUSES[verdict].includes(status), found).toBe(true)
    if (verdict === 'allowed') {
      learn(step, body)
      apply(world, caller, operation)
      for (const [ended, credential] of before.credentials) {
        const secret = secrets.get(ended) ?? ''
        if (!world.credentials.has(ended)) dead.push({ id: ended, credential, secret })
      }
    }
    const fresh = verdict === 'allowed' ? madeCredential(before, step) : undefined
    return { before, caller, verdict, fresh }
  }

  for (const [caller, operation] of PROLOGUE) await take({ caller, operation })
  let rights = await rightsOfAll()

  return {
    async step() {
      const step = randomStep(random, world, () => `x${made++}`)
      const { before, caller, verdict, fresh } = await take(step)
      // Refused calls change nothing, which the next look at everybody would show as well.
      if (verdict === 'allowed' || random.chance(0.2)) {
        const after = await rightsOfAll()
        assertNothingGiven({ before, caller, rights, after, say })
        assertModelled(world, after, say)
        rights = after
      }
      if (fresh !== undefined) await assertNotStronger(before, caller, fresh)
      await Promise.all(random.sample([...world.credentials.keys()], 2).map(compareCredential))
      await Promise.all(random.sample([...world.credentials.keys()], 2).map(compareApi))
      await compareDead()
    },

    /** Everything that is looked at by samples otherwise. */
    async sweep() {
      for (const id of world.credentials.keys()) {
        await compareCredential(id)
        await compareApi(id)
      }
    },
  }

  /** A credential may do nothing that the token lacked with which it was made. */
  async function assertNotStronger(before: World, caller: Credential, id: string) {
    const credential = world.credentials.get(id)
    if (credential === undefined) return
    const found = await compareCredential(id)
    // With its secret, anybody is the application, which got its scopes from who set them.
    if (credential.kind === 'application' || credential.kind === 'robot') return
    for (const [path, actions] of found) {
      const stronger = say(`${id} may do more than its maker in ${path}`)
      // A superuser with full access may have no role there, and give robots one all the same.
      if (credential.kind === 'robot-token') {
        expect(mayGive(before, path, caller, actions), stronger).toBe(true)
        continue
      }
      const callers = registryActions(before, path, caller)
      expect(callers, stronger).toEqual(expect.arrayContaining(actions))
    }
  }
}

interface Change {
  before: World
  caller: Credential
  rights: Rights
  after: Rights
  say: (text: string) => string
}

/** Between two observations of the service, rights grew only where the caller could give them. */
function assertNothingGiven({ before, caller, rights, after, say }: Change) {
  for (const [principal, row] of after) {
    for (const [path, actions] of row) {
      const had = rights.get(principal)?.get(path) ?? rights.get(NOBODY)?.get(path) ?? []
      const gained = actions.filter((action) => !had.includes(action))
      if (gained.length === 0) continue
      const isGiven = mayGive(before, path, caller, gained)
      expect(isGiven, say(`${principal} got ${gained} in ${path} from who may not give it`)).toBe(
        true,
      )
    }
  }
}

/** Everybody observed may do what the model says, and robots nothing in other namespaces that nobody may not. */
function assertModelled(world: World, rights: Rights, say: (text: string) => string) {
  const nobody = rights.get(NOBODY)
  for (const credential of [...world.credentials.values(), ANONYMOUS]) {
    const name = describeCredential(credential)
    const row = rights.get(name)
    if (!row) continue
    expect(row, say(`rights of ${name}`)).toEqual(modelRights(world, credential))
    if (credential.kind !== 'robot') continue
    for (const [path, actions] of row) {
      if (namespaceOf(path) === ownerOf(credential.robot)) continue
      expect(actions, say(`${name} in another namespace: ${path}`)).toEqual(nobody?.get(path))
    }
  }
}

/** By alice's and bob's tokens with every scope: a world in which something can happen. */
const PROLOGUE = [
  ...prologue('token0', ORGANIZATIONS[0], 'carol'),
  ...prologue('token3', ORGANIZATIONS[1], 'dave'),
]

function prologue(caller: string, organization: string, member: string): [string, Operation][] {
  return [
    [caller, { op: 'putTeam', organization, team: 'devs', role: 'member' }],
    [caller, { op: 'addMember', organization, team: 'devs', member }],
    [caller, { op: 'createRobot', organization, name: 'ci' }],
    [caller, { op: 'createRobot', organization, name: 'cd' }],
    [caller, { op: 'addMember', organization, team: 'owners', member: `${organization}+cd` }],
    [
      caller,
      {
        ...{ op: 'mintRobotToken', organization, name: 'cd', id: `${organization}+cd's` },
        scopes: [...ALL_SCOPES.filter((scope) => scope !== 'super:user')],
      },
    ],
    [caller, { op: 'createRepository', path: `${organization}/web`, visibility: 'private' }],
    [caller, { op: 'createApplication', organization, id: organization, scopes: [...ALL_SCOPES] }],
  ]
}

/** Credentials with which one calls the API. */
const CALLERS = new Set<Credential['kind']>(['user', 'application', 'robot-token'])

const NOBODY = 'nobody'
const NIL_ID = '00000000-0000-0000-0000-000000000000'

const isWhole = (credential: Credential) =>
  credential.kind === 'user' &&
  credential.application === undefined &&
  credential.scopes.size === ALL_SCOPES.length

function describeCredential(credential: Credential): string {
  switch (credential.kind) {
    case 'anonymous':
      return NOBODY
    case 'robot':
      return credential.robot
    case 'user':
      return isWhole(credential)
        ? credential.user
        : `${credential.user} (${[...credential.scopes].join(' ')})`
    case 'application':
      return `application ${credential.application} (${[...credential.scopes].join(' ')})`
    case 'robot-token':
      return `${credential.robot} (${[...credential.scopes].join(' ')})`
    case 'app-token':
      return `${credential.user} (app token: ${credential.cap})`
  }
}

const modelRights = (world: World, credential: Credential) =>
  new Map(
    [...world.repositories.keys()].map((path) => [path, registryActions(world, path, credential)]),
  )

interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, which the assertions look into
  body: any
}

async function call(
  service: TestService,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Answer> {
  const isForm = body instanceof URLSearchParams
  const answer = await fetch(`${service.url}${path}`, {
    method,
    headers: { ...headers, ...(body && !isForm && { 'content-type': 'application/json' }) },
    ...(body && { body: isForm ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** What `/v2/auth` grants of every action in these repositories. */
async function loginFor(
  service: TestService,
  credential: Credential,
  secret: string,
  paths: string[],
) {
  const query = new URLSearchParams({ service: service.config.registryService })
  for (const path of paths) query.append('scope', `repository:${path}:pull,push,delete,*`)
  // Without a scope, nobody is refused; there is always this repository that does not exist.
  query.append('scope', 'repository:alice/none:pull')
  const headers = credential.kind === 'anonymous' ? {} : basic(loginName(credential), secret)
  const { status, body } = await call(service, 'GET', `/v2/auth?${query}`, headers)
  if (status !== 200) return { status, rights: new Map<string, string[]>() }
  const { access } = decodeJwt(body.token) as { access: { name: string; actions: string[] }[] }
  const rows = access.map(({ name, actions }) => [name, actions] as const)
  const rights = new Map(rows.filter(([name]) => name !== 'alice/none'))
  return { status, rights }
}

function loginName(credential: Credential): string {
  if ('robot' in credential) return credential.robot
  return credential.kind === 'app-token' ? '$app' : '$oauthtoken'
}

async function emptyButForUsers({ db }: Stage) {
  await db.namespace.deleteMany({ where: { kind: 'organization' } })
  await db.repository.deleteMany()
  await db.robot.deleteMany()
  await db.appToken.deleteMany()
  await db.oAuthToken.deleteMany()
}

async function initialWorld(stage: Stage, superusersFullAccess: boolean): Promise<World> {
  const [first, second] = ORGANIZATIONS
  await stage.organization(first)
  await stage.organization(second, 'bob')
  const owners = (name: string) =>
    new Map([['owners', { role: 'admin' as const, members: new Set([name]) }]])
  return {
    superusersFullAccess,
    users: new Map(USERS.map((name) => [name, { superuser: name === 'root' }])),
    organizations: new Map([
      [first, owners('alice')],
      [second, owners('bob')],
    ]),
    robots: new Set(),
    repositories: new Map(),
    retired: new Set(),
    defaults: new Map(),
    applications: new Map(),
    credentials: new Map(),
  }
}
