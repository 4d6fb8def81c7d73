import type { Db } from '../db/client.ts'
import { findRepositoryRoles } from '../db/repository-roles.ts'
import { ServiceError } from '../domain/errors.ts'
import {
  parseRegistryScope,
  type RegistryAction,
  type RepositoryScope,
  roleAllows,
} from '../domain/registry-scope.ts'
import { capRole, highestRole } from '../domain/repository-access.ts'
import type { Clock, NewId } from '../domain/runtime.ts'
import type { AuditLog } from './audit-log.ts'
import type { RegistryIdentity } from './registry-login.ts'
import type { SigningKeys } from './signing-keys.ts'

/** One request may name this many scopes; clients send a handful. */
const MAX_SCOPES = 100

export interface RegistryToken {
  token: string
  /** Seconds. */
  expiresIn: number
  issuedAt: Date
}

export interface RegistryTokenDeps {
  db: Db
  signingKeys: SigningKeys
  audit: AuditLog
  clock: Clock
  newId: NewId
  issuer: string
  /** Name of the registry, `aud` of its tokens. */
  service: string
  /** Seconds. */
  lifetime: number
}

export type RegistryTokenService = ReturnType<typeof createRegistryTokenService>

/** Tokens for a registry that speaks Distribution token authentication (registry-token.md). */
export function createRegistryTokenService(deps: RegistryTokenDeps) {
  async function grant(identity: RegistryIdentity, scopes: RepositoryScope[]) {
    if (scopes.length === 0) return []
    const repositories = await findRepositoryRoles(deps.db, identity.principal, scopes)
    return scopes.map(({ name, namespace, repository, actions }) => {
      const found = repositories.find(
        (row) => row.namespace === namespace && row.repository === repository,
      )
      const role = found && capRole(highestRole(found.roles), identity.cap)
      const granted = actions.filter(
        (action: RegistryAction) =>
          roleAllows(role, action) || (action === 'pull' && found?.isPublic === true),
      )
      return { type: 'repository', name, actions: granted }
    })
  }

  return {
    /**
     * Signs what the identity may do of what it asks for; missing rights reduce the answer.
     *
     * @param scopes as sent, one per element
     * @throws {ServiceError} `registry_invalid_request`, `registry_invalid_name` for scopes that cannot be read
     */
    async issue(identity: RegistryIdentity, scopes: string[]): Promise<RegistryToken> {
      if (scopes.length > MAX_SCOPES) {
        throw new ServiceError('registry_invalid_request', `More than ${MAX_SCOPES} scopes`)
      }
      const parsed = scopes.map((scope) => parseRegistryScope(scope, deps.service))
      const access = await grant(
        identity,
        parsed.filter((scope) => scope !== undefined),
      )
      const issuedAt = deps.clock()
      const now = Math.floor(issuedAt.getTime() / 1000)
      const expiresAt = Math.min(now + deps.lifetime, identity.expiresAt ?? Infinity)
      const token = await deps.signingKeys.signCertified(
        { typ: 'JWT' },
        {
          iss: deps.issuer,
          aud: deps.service,
          sub: identity.subject,
          iat: now,
          nbf: now,
          exp: expiresAt,
          jti: deps.newId(),
          access,
        },
      )
      const { robot } = identity.performer
      if (scopes.length === 0 && robot) await recordLogin(identity, robot.fullName)
      return { token, expiresIn: Math.max(expiresAt - now, 0), issuedAt }
    },
  }

  /** A request without scopes is a `docker login`. */
  async function recordLogin(identity: RegistryIdentity, robot: string) {
    await deps.audit.record(deps.db, {
      kind: 'login_success',
      namespace: identity.owner,
      performer: identity.performer,
      metadata: {
        kind: 'robot',
        type: 'v2auth',
        robot,
        ...(identity.performer.userAgent !== undefined && {
          useragent: identity.performer.userAgent,
        }),
      },
    })
  }
}
