import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROFILES, type ProfileName } from '../../src/domain/profile.ts'
import { SCOPES, type Scope } from '../../src/domain/scopes.ts'
import { apiOf, type Method } from '../helpers/api.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { startService, type TestService } from '../helpers/service.ts'
import { operationsOf, readDocument } from './document.ts'

// What the document says of an operation's security is what happens to callers: nobody, and tokens with
// each scope and each pair of scopes, of a superuser with full access, for whom every scope counts.

const TOKENS: Scope[][] = [
  ...SCOPES.map((scope) => [scope]),
  ...SCOPES.flatMap((one, index) => SCOPES.slice(index + 1).map((other) => [one, other])),
]

const PARAMETERS: Record<string, string> = {
  orgname: 'acme',
  robot_shortname: 'no_such_robot',
  error_type: 'not_found',
}

const documents = Object.fromEntries(
  await Promise.all(
    (Object.keys(PROFILES) as ProfileName[]).map(
      async (apiProfile) => [apiProfile, await readDocument({ apiProfile })] as const,
    ),
  ),
)

describe.each(Object.entries(documents))(
  'the security of operations in profile %s',
  (name, document) => {
    let database: TestDatabase
    let service: TestService
    const tokens = new Map<Scope[], string>()

    beforeAll(async () => {
      database = await createTestDatabase()
      service = await startService({
        database,
        config: { apiProfile: name as ProfileName, superusersFullAccess: true },
      })
      await service.createUser('alice', { superuser: true })
      await service.createOrganization('acme', 'alice')
      for (const scopes of TOKENS) tokens.set(scopes, await service.token('alice', scopes))
    })

    afterAll(async () => {
      await service.close()
      await database.drop()
    })

    const operations = operationsOf(document).map(({ path, method, operation }) => ({
      ...operation,
      method: method as Method,
      url: path.replace(/\{(\w+)\}/g, (_, parameter) => PARAMETERS[parameter] ?? parameter),
    }))
    const withApiToken = operations.filter(({ security }) =>
      security.some((alternative) => alternative.apiToken?.length),
    )

    it.each(withApiToken)('$operationId: admits exactly the scopes it names', async (operation) => {
      const { method, url, security } = operation
      const { call } = apiOf(service.url)
      expect((await call(method, url)).status, 'nobody').toBe(401)
      for (const [scopes, token] of tokens) {
        const named = security.some(({ apiToken }) =>
          apiToken?.every((scope) => scopes.includes(scope as Scope)),
        )
        const { status } = await call(method, url, token)
        const refused = status === 401 || status === 403
        expect(!refused, `${scopes.join(' ')}: ${status}`).toBe(named)
      }
    })

    const open = operations.filter(({ security }) =>
      security.some((alternative) => Object.keys(alternative).length === 0),
    )

    it.each(open)('$operationId: admits callers without a token', async ({ method, url }) => {
      const { call } = apiOf(service.url)
      const query = url === '/v2/auth' ? '?scope=repository:acme/web:pull' : ''
      expect([401, 403]).not.toContain((await call(method, `${url}${query}`)).status)
    })

    it('knows no operation of another kind but the two of federation', () => {
      const others = operations.filter((one) => !withApiToken.includes(one) && !open.includes(one))
      expect(others.map(({ operationId, security }) => [operationId, security])).toEqual([
        ['authFederatedRobotToken', [{ robotBasic: [] }, { identityToken: [] }]],
        ['introspectRobotToken', [{ apiToken: [] }, { robotBasic: [] }]],
      ])
    })
  },
)
