import type { IncomingMessage } from 'node:http'
import { v7 } from 'uuid'
import { NIL_ID } from '../../src/domain/ids.ts'
import type { RepositoryRole } from '../../src/domain/repository-roles.ts'
import { entryValues, INSERT_AUDIT_ENTRY } from '../../src/queries/audit-entries.ts'
import { FIND_FEDERATED_LOGIN } from '../../src/queries/federation-logins.ts'
import { TOUCH_ROBOT, TOUCH_SECRET } from '../../src/queries/last-use.ts'
import { FIND_ROBOT_LOGIN } from '../../src/queries/robot-logins.ts'
import { FIND_TOKEN_ROBOT } from '../../src/queries/robot-token-logins.ts'
import { type Answer, basicOf, REFUSED, readBody } from './answer.ts'
import { administers, type Caller, callerOf, isNewUse } from './caller.ts'
import type { Store } from './database.ts'
import { isStaticToken, type Secrets } from './secrets.ts'
import {
  type Keys,
  type RobotTokenClaims,
  readIdentityToken,
  readRobotToken,
  signToken,
} from './tokens.ts'

export interface TokenDeps {
  store: Store
  secrets: Secrets
  keys: Keys
  /** `iss` and `aud` of what is signed. */
  issuer: string
  service: string
  /** Seconds that robot tokens live. */
  robotTokenTtl: number
}

const ACTIONS: Record<RepositoryRole, string[]> = {
  read: ['pull'],
  write: ['push', 'pull'],
  admin: ['push', 'pull', 'delete', '*'],
}

/** `GET /v2/auth` with the static token of a robot, for one repository. */
export async function answerRegistry(deps: TokenDeps, request: IncomingMessage): Promise<Answer> {
  const { store, secrets, keys } = deps
  const [username, password] = basicOf(request.headers.authorization)
  const query = new URLSearchParams((request.url ?? '').split('?', 2)[1])
  const [type = '', name = '', wanted = ''] = (query.get('scope') ?? '').split(':')
  const slash = name.indexOf('/')
  const [namespaces, repositories] = [[name.slice(0, slash)], [name.slice(slash + 1)]]
  const asked = { ...namesIn(username), namespaces, repositories }
  const [robot] = await store.rows(FIND_ROBOT_LOGIN, asked)
  if (!robot?.ownerEnabled || !isStaticToken(password)) return REFUSED
  if (!secrets.matches(robot.secret_digest, password)) return REFUSED
  const now = new Date()
  const { id, lastAccessedAt: from } = robot
  const use = { id, from, to: now, by: 'static', ip: null, subject: null, agent: null } as const
  if (isNewUse(from, now)) await store.rows(TOUCH_ROBOT, use)
  const { credentialId, secret_lastAccessedAt: lastUsed } = robot
  if (isNewUse(lastUsed, now)) {
    await store.rows(TOUCH_SECRET, { id: credentialId, from: lastUsed, to: now })
  }

  const allowed = new Set(robot.wanted_roles?.flatMap((role) => ACTIONS[role]))
  if (robot.wanted_isPublic) allowed.add('pull')
  const wantedActions = wanted.split(',')
  const actions = ['push', 'pull', 'delete', '*'].filter(
    (action) => wantedActions.includes(action) && allowed.has(action),
  )
  const iat = Math.floor(now.getTime() / 1000)
  const token = signToken(keys, keys.headers.registry, {
    ...{ iss: deps.issuer, aud: deps.service, sub: username, iat, nbf: iat, exp: iat + 300 },
    ...{ jti: v7(), access: [{ type, name, actions }] },
  })
  return {
    status: 200,
    headers: { 'cache-control': 'no-cache, no-store, must-revalidate' },
    body: { token, access_token: token, expires_in: 300, issued_at: now.toISOString() },
  }
}

/** `GET /oauth2/federation/robot/token` with the robot's name and an identity token. */
export async function answerExchange(deps: TokenDeps, request: IncomingMessage): Promise<Answer> {
  const { store, keys } = deps
  const [username, identityToken] = basicOf(request.headers.authorization)
  const found = await store.rows(FIND_FEDERATED_LOGIN, { ...namesIn(username), known: NIL_ID })
  const [robot] = found
  if (!robot?.ownerEnabled) return REFUSED
  const identity = readIdentityToken(keys, identityToken)
  if (!identity) return REFUSED
  const entry = found.find(
    ({ entry_issuer: issuer, entry_subject: subject, entry_audiences: audiences }) =>
      issuer === identity.iss &&
      subject === identity.sub &&
      (audiences === null || audiences.includes(identity.aud)),
  )
  if (!entry) return REFUSED
  const now = new Date()
  const iat = Math.floor(now.getTime() / 1000)
  const jti = v7()
  const token = signToken(keys, keys.headers.robot, {
    ...{
      iss: deps.issuer,
      aud: deps.service,
      sub: username,
      iat,
      nbf: iat,
      exp: iat + deps.robotTokenTtl,
    },
    ...{
      jti,
      robot_id: robot.id,
      credential_id: robot.credentialId,
      federation_id: entry.entry_id,
    },
    federation_version: entry.entry_version,
    external_subject: identity.sub,
  })
  const { sub: subject, iss: issuer } = identity
  const noted = {
    ...{ id: v7(), kind: 'federated_robot_token_exchange', createdAt: now },
    ...{ namespaceId: robot.ownerId, namespaceName: robot.ownerName, repositoryId: null },
    ...{ performerId: robot.id, performerName: username, tokenId: null },
    ip: request.socket.remoteAddress ?? null,
    metadata: {
      ...{ subject, issuer, robot: robot.name, token_id: jti },
      ...{ federation_binding_id: entry.entry_id, federation_binding_version: entry.entry_version },
    },
  }
  await store.rows(INSERT_AUDIT_ENTRY, entryValues(noted))
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: { token } }
}

/** `POST /oauth2/federation/robot/introspect` by an administrator of the robot's owner. */
export async function answerIntrospection(
  deps: TokenDeps,
  request: IncomingMessage,
): Promise<Answer> {
  const { store, keys } = deps
  const caller = await callerOf(store, request.headers.authorization)
  if (!caller) return REFUSED
  const form = new URLSearchParams(await readBody(request))
  const claims = readRobotToken(keys, form.get('token') ?? '')
  const headers = { 'cache-control': 'no-store' }
  if (!claims || !(await isAlive(deps, claims, caller))) {
    return { status: 200, headers, body: { active: false } }
  }
  const { iss, aud, sub, iat, nbf, exp, jti } = claims
  const body = { active: true, token_type: 'Bearer', username: sub, sub, iss, aud, iat, nbf }
  return { status: 200, headers, body: { ...body, exp, jti } }
}

async function isAlive(
  { store, issuer, service }: TokenDeps,
  claims: RobotTokenClaims,
  caller: Caller,
) {
  if (claims.exp <= Date.now() / 1000 || claims.iss !== issuer || claims.aud !== service) {
    return false
  }
  const [robot] = await store.rows(FIND_TOKEN_ROBOT.user, {
    ...{ robotId: claims.robot_id, entryId: claims.federation_id },
    ...{ version: claims.federation_version, revision: null, memberId: caller.userId },
  })
  if (!robot?.ownerEnabled || !administers(robot)) return false
  return claims.credential_id === robot.credentialId && robot.entry_reach !== null
}

function namesIn(fullName: string) {
  const plus = fullName.indexOf('+')
  return { owner: fullName.slice(0, plus), name: fullName.slice(plus + 1) }
}
