import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROFILES, type ProfileName } from '../../src/domain/api-profile.ts'
import { SCOPES, type Scope } from '../../src/domain/scopes.ts'
import { basic, bearer } from '../helpers/api.ts'
import { SAME_ORIGIN } from '../helpers/browser.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { type OpenApi, operationsOf, readDocument } from './document.ts'
import { type EveryObject, makeEveryObject } from './every-object.ts'

// What the document says of an operation's security is what happens to callers: nobody, and tokens with each
// scope, with those that the operation names, and with all that it does not name. Operations that change something
// get no body, or nothing to change.

const SINGLES: Scope[][] = SCOPES.map((scope) => [scope])

interface Caller {
  who: string
  user: 'root' | 'bob'
  fullAccess: boolean
  tokens: Scope[][]
  /** Whether the scope `super:user` is worth anything there, as one of those that are demanded together. */
  isSuper: (operation: Pick<Case, 'id' | 'path'>, demanded: string[]) => boolean
}

const ADMINISTRATOR: Caller = {
  who: 'an administrator of the organization',
  user: 'bob',
  fullAccess: true,
  tokens: [...SINGLES, ['user:admin', 'org:admin'], SCOPES],
  isSuper: () => false,
}

/** Each administers the organization: what the scopes open is not closed for want of a role. */
const CALLERS: Caller[] = [
  {
    who: 'a superuser with full access',
    user: 'root',
    fullAccess: true,
    tokens: SINGLES,
    isSuper: () => true,
  },
  {
    who: 'a superuser without full access',
    user: 'root',
    fullAccess: false,
    tokens: SINGLES,
    // Secrets are brought along by superusers, to robots that they look after anyway.
    isSuper: ({ id, path }, demanded) =>
      path.startsWith('/api/v1/superuser/') || (id.startsWith('bring') && demanded.length > 1),
  },
  ADMINISTRATOR,
]

const documents = Object.fromEntries(
  await Promise.all(
    (Object.keys(PROFILES) as ProfileName[]).map(
      async (apiProfile) => [apiProfile, await readDocument({ apiProfile })] as const,
    ),
  ),
)

interface Case {
  title: string
  id: string
  method: string
  path: string
  security: Record<string, string[]>[]
  body?: object
}

const casesOf = (document: OpenApi): Case[] =>
  operationsOf(document).flatMap(({ path, method, operation: { operationId: id, security } }) => {
    const one = { title: id, id, method, path, security }
    // Without a body it is answered as by Quay, which has no such method, whoever calls.
    if (/^change(User|Org)Robot$/.test(id)) return [{ ...one, body: {} }]
    if (/^make(User|Org)Robot$/.test(id)) return [{ ...one, body: { name: 'no name' } }]
    if (id !== 'createRepo') return [one]
    // The namespace is in the body; without one it is the caller's own.
    return [one, { ...one, title: `${id} for another`, body: { namespace: 'acme' } }]
  })

const isRefused = (status: number) => status === 401 || status === 403

describe.each(Object.entries(documents))(
  'the security of operations in profile %s',
  (name, document) => {
    const cases = casesOf(document)
    const open = cases.filter(({ security }) =>
      security.some((one) => Object.keys(one).length === 0),
    )
    const guarded = cases.filter(({ security }) => {
      const tokens = security.flatMap(({ apiToken }) => (apiToken ? [apiToken] : []))
      return (
        tokens.some((scopes) => scopes.length > 0) ||
        (tokens.length > 0 && tokens.length === security.length)
      )
    })

    let database: TestDatabase
    let stage: Stage
    let withoutFullAccess: Stage
    let objects: EveryObject
    const tokens = new Map<string, Promise<string>>()
    const tokenOf = ({ user }: Caller, scopes: readonly Scope[]) => {
      const key = [user, ...scopes].join(' ')
      const token = tokens.get(key) ?? stage.token(user, [...scopes])
      tokens.set(key, token)
      return token
    }

    beforeAll(async () => {
      database = await createTestDatabase()
      const start = (superusersFullAccess: boolean) =>
        startStage({
          database,
          config: { apiProfile: name as ProfileName, superusersFullAccess },
        })
      stage = await start(true)
      withoutFullAccess = await start(false)
      objects = await makeEveryObject(stage)
    })

    afterAll(async () => {
      await stage.close()
      await withoutFullAccess.close()
      await database.drop()
    })

    const urlOf = ({ id, method, path }: Case, more: object = {}) => {
      const isRead = method === 'get'
      const names: Record<string, string> = {
        ...objects.existing,
        ...(isRead ? {} : objects.absent),
        ...objects.doomed[id]?.names,
        ...more,
      }
      // The names of repositories are nested, and written in both ways.
      return path.replace(/\{(\w+)\}/g, (_, parameter) => {
        const text = names[parameter] ?? `no ${parameter}`
        return isRead ? text : encodeURIComponent(text)
      })
    }

    async function statusOf(
      { id, method, body }: Case,
      url: string,
      headers: Record<string, string> = {},
      to = stage,
    ) {
      const { statusCode } = await to.app.inject({
        method: method.toUpperCase() as 'GET',
        url,
        headers,
        ...(body && { payload: body }),
      })
      if (statusCode === 204) await objects.doomed[id]?.restore()
      expect(statusCode, `${method} ${url}`).toBeLessThan(500)
      return statusCode
    }

    it.each(guarded)('$title: admits exactly the scopes it names', async (one) => {
      const url = urlOf(one)
      expect(await statusOf(one, url), 'nobody').toBe(401)
      const alternatives = one.security.flatMap(({ apiToken }) => (apiToken ? [apiToken] : []))
      const unnamed = SCOPES.filter((scope) => !alternatives.flat().includes(scope))
      for (const caller of CALLERS) {
        const to = caller.fullAccess ? stage : withoutFullAccess
        for (const scopes of [...caller.tokens, ...alternatives, unnamed] as Scope[][]) {
          const token = await tokenOf(caller, scopes)
          const named = alternatives.some((all) =>
            all.every(
              (scope) =>
                scopes.includes(scope as Scope) &&
                (scope !== 'super:user' || caller.isSuper(one, all)),
            ),
          )
          const status = await statusOf(one, url, bearer(token), to)
          expect(!isRefused(status), `${caller.who} with ${scopes.join(' ')}: ${status}`).toBe(
            named,
          )
        }
      }
    })

    it.each(open)('$title: admits callers without a token, and with any', async (one) => {
      const query = one.path === '/v2/auth' ? '?scope=repository:acme/web:pull' : ''
      const url = urlOf(one, { repository: 'acme/open/web' }) + query
      // Some are for pages of the service.
      expect(isRefused(await statusOf(one, url, SAME_ORIGIN))).toBe(false)
      if (!one.security.some(({ apiToken }) => apiToken)) return
      for (const scopes of ADMINISTRATOR.tokens) {
        const token = await tokenOf(ADMINISTRATOR, scopes)
        expect(isRefused(await statusOf(one, url, bearer(token)))).toBe(false)
      }
    })

    const ofSchemes = (...schemes: string[]) =>
      cases.filter(({ security }) =>
        security.some((one) => schemes.some((scheme) => scheme in one)),
      )

    it('admits applications, by Basic, and nobody else, where it says so', async () => {
      const { id, secret } = objects.application
      const clients = ofSchemes('clientBasic')
      expect(clients.map((one) => one.id).sort()).toEqual([
        'createOAuthToken',
        'introspectOAuthToken',
        'revokeOAuthToken',
      ])
      for (const one of clients) {
        expect(one.security).toEqual([{ clientBasic: [] }])
        expect(isRefused(await statusOf(one, one.path, basic(id, secret))), one.id).toBe(false)
        const others = [{}, basic(id, 'wrong'), basic('root', PASSWORD), bearer(await anyToken())]
        for (const headers of others) {
          expect(await statusOf(one, one.path, headers), JSON.stringify(headers)).toBe(401)
        }
      }
    })

    const anyToken = () => stage.token('root', SCOPES)

    it('admits to the registry, by Basic, whom it says', async () => {
      const [one, ...others] = ofSchemes('registryBasic')
      if (!one) throw new Error('no operation with registryBasic')
      expect([one.id, others]).toEqual(['getRegistryToken', []])
      for (const [user, password] of [
        [objects.robot.name, objects.robot.token],
        ['bob', PASSWORD],
        ['$oauthtoken', await anyToken()],
        ['$app', objects.appToken],
      ]) {
        expect(await statusOf(one, one.path, basic(user, password)), user).toBe(200)
        expect(await statusOf(one, one.path, basic(user, 'wrong')), user).toBe(401)
      }
    })

    it('admits users, by Basic, where it says so, and nobody else by a password', async () => {
      const [one, ...others] = ofSchemes('userBasic')
      if (!one) throw new Error('no operation with userBasic')
      expect([one.id, others]).toEqual(['createUserToken', []])
      const { robot, application, appToken } = objects
      for (const [user, password, admitted] of [
        ['bob', PASSWORD, true],
        ['bob@example.com', PASSWORD, true],
        ['bob', 'wrong', false],
        [robot.name, robot.token, false],
        [application.id, application.secret, false],
        ['$oauthtoken', await anyToken(), false],
        ['$app', appToken, false],
      ] as const) {
        const status = await statusOf(one, one.path, basic(user, password))
        expect(!isRefused(status), user).toBe(admitted)
      }
      for (const other of guarded.filter(({ id }) => id !== one.id)) {
        expect(await statusOf(other, urlOf(other), basic('bob', PASSWORD)), other.id).toBe(401)
      }
    })

    it('knows no operation of another kind but those of sessions and the exchange of identity tokens', () => {
      const known = [...guarded, ...open, ...ofSchemes('clientBasic', 'registryBasic')]
      const others = cases.filter((one) => !known.includes(one))
      expect(others.map(({ id, security }) => [id, security])).toEqual([
        ['endSession', [{ session: [], csrfToken: [] }]],
        ['refreshSession', [{ session: [], csrfToken: [] }]],
        ['authFederatedRobotToken', [{ robotBasic: [] }, { identityToken: [] }]],
        ['introspectRobotToken', [{ apiToken: [] }, { robotBasic: [] }]],
        ['getMetrics', [{ metricsToken: [] }]],
      ])
    })
  },
)
