import { createServer, type Server } from 'node:http'
import { statement } from '../../src/db/statements.ts'
import { REFUSED, send } from './answer.ts'
import type { Store } from './database.ts'
import { answerExchange, answerIntrospection, answerRegistry, type TokenDeps } from './registry.ts'
import { answerRobots } from './robots.ts'
import { createSecrets } from './secrets.ts'
import { fetchIssuerKeys, openSigningKey, type StoredKey } from './tokens.ts'

/** The variables of the service that the yardstick knows, and `ISSUER`, whose keys it fetches once. */
type Variable = 'SECRET_KEY' | 'TOKEN_ISSUER' | 'REGISTRY_SERVICE' | 'ROBOT_TOKEN_TTL' | 'ISSUER'

/** The yardstick: what the measured operations cost with nothing but node:http, pg and node:crypto. */
export async function createYardstick(
  store: Store,
  env: Partial<Record<Variable, string>>,
): Promise<Server> {
  const secrets = createSecrets(Buffer.from(env.SECRET_KEY ?? '', 'base64'))
  const [signingKey] = await store.rows(
    statement<StoredKey>('signing_key', 'SELECT * FROM signing_keys WHERE retired_at IS NULL'),
    {},
  )
  if (!signingKey) throw new Error('the service has made no signing key')
  const issuer = env.ISSUER ?? ''
  const deps: TokenDeps = {
    store,
    secrets,
    keys: {
      ...openSigningKey(signingKey, secrets),
      issuer,
      issuerKeys: await fetchIssuerKeys(issuer),
    },
    issuer: env.TOKEN_ISSUER ?? '',
    service: env.REGISTRY_SERVICE ?? '',
    robotTokenTtl: Number(env.ROBOT_TOKEN_TTL),
  }

  function answer(request: Parameters<typeof answerRegistry>[1]) {
    const { url = '' } = request
    if (url.startsWith('/api/v1/organization/')) return answerRobots(deps, request)
    if (url.startsWith('/v2/auth')) return answerRegistry(deps, request)
    if (url === '/oauth2/federation/robot/token') return answerExchange(deps, request)
    if (url === '/oauth2/federation/robot/introspect') return answerIntrospection(deps, request)
    return Promise.resolve(REFUSED)
  }

  return createServer((request, response) => {
    answer(request).then(
      (found) => send(response, found),
      (error) => send(response, { status: 500, headers: {}, body: { error: String(error) } }),
    )
  })
}
