import type { Db } from '../../db/types.ts'
import { ServiceError } from '../../domain/errors.ts'
import { isInReach } from '../../domain/registry-reach.ts'
import { type AccessEntry, type RepositoryScope, roleAllows } from '../../domain/registry-scope.ts'
import {
  parseRegistryScopes,
  type RegistryScopeList,
  withoutOddNames,
} from '../../domain/registry-scope-list.ts'
import { repositoryPath } from '../../domain/repository-name.ts'
import { capRole, highestRole } from '../../domain/repository-roles.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { registryTokenValidity } from '../../domain/token-lifetimes.ts'
import { findRepositoryRoles, type RepositoryRoles } from '../../queries/repository-roles.ts'
import type { RepeatedEntries } from '../audit/repeated-entries.ts'
import type { Background } from '../background.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { PushCreation } from './push-creation.ts'
import type { RegistryIdentity } from './registry-identity.ts'

/** Most scopes that one request may name; clients send a handful. */
const MAX_SCOPES = 100

export interface RegistryToken {
  token: string
  /** Seconds. */
  expiresIn: number
  issuedAt: Date
  /** What it grants: its claim `access`. */
  access: AccessEntry[]
}

interface RegistryTokenDeps {
  db: Db
  signingKeys: SigningKeys
  pushCreation: PushCreation
  repeatedEntries: Pick<RepeatedEntries, 'note'>
  background: Background
  clock: Clock
  newId: NewId
  issuer: string
  /** Name of the registry, `aud` of its tokens. */
  service: string
  /** Seconds. */
  lifetime: number
}

export type RegistryTokenService = ReturnType<typeof createRegistryTokenService>

/** Tokens for a registry that speaks Distribution token authentication ("Token Authentication Specification"). */
export function createRegistryTokenService(deps: RegistryTokenDeps) {
  /** The repositories that exist, by path, and which of them this request has just created. */
  async function findRepositories(identity: RegistryIdentity, scopes: RepositoryScope[]) {
    if (scopes.length === 0)
      return { found: new Map<string, RepositoryRoles>(), created: new Map() }
    async function read() {
      const rows = await findRepositoryRoles(deps.db, identity.principal, scopes)
      return new Map(rows.map((row) => [repositoryPath(row), row]))
    }
    const found = await read()
    const missing = scopes.filter(
      (scope) =>
        scope.actions.includes('push') &&
        isInReach(identity.reach, scope.name, 'push') &&
        !found.has(repositoryPath(scope)),
    )
    const created = await deps.pushCreation.create(identity, missing)
    return { found: created.size > 0 ? await read() : found, created }
  }

  /** An entry for each scope that names something, in their order, with those of its actions that are allowed. */
  async function grant(
    identity: RegistryIdentity,
    asked: RegistryScopeList,
  ): Promise<AccessEntry[]> {
    const repositories = asked.scopes.filter((scope) => scope.type === 'repository')
    const { found, created } = await findRepositories(identity, repositories)
    const scopes = withoutOddNames(
      asked,
      (scope) => scope.type !== 'repository' || found.has(repositoryPath(scope)),
    )
    return scopes.map((scope) => {
      const { type, name } = scope
      if (type === 'registry') return { type, name, actions: identity.mayList ? scope.actions : [] }
      const path = repositoryPath(scope)
      const repository = found.get(path)
      const role = repository && capRole(highestRole(repository.roles), identity.cap)
      const actions = scope.actions.filter(
        (action) =>
          isInReach(identity.reach, name, action) &&
          (roleAllows(role, action) ||
            (action === 'pull' && repository?.isPublic === true) ||
            // A credential that may create the repository may also push to it, whatever its cap, as in Quay.
            (action === 'push' && created.get(path) === true)),
      )
      return { type, name, actions }
    })
  }

  return {
    /**
     * Signs a token for the part of what is asked for that the identity may do, which may be nothing.
     *
     * @param scopes as sent, one per element
     * @throws {ServiceError} `registry_invalid_request`, `registry_invalid_name` where no scope can be read
     */
    async issue(identity: RegistryIdentity, scopes: string[]): Promise<RegistryToken> {
      if (scopes.length > MAX_SCOPES) {
        throw new ServiceError('registry_invalid_request', `More than ${MAX_SCOPES} scopes`)
      }
      const access = await grant(identity, parseRegistryScopes(scopes))
      const issuedAt = deps.clock()
      const { from, until } = registryTokenValidity(Math.floor(issuedAt.getTime() / 1000), {
        lifetime: deps.lifetime,
        credentialEnds: identity.expiresAt,
      })
      const token = await deps.signingKeys.signCertified(
        { typ: 'JWT' },
        {
          iss: deps.issuer,
          aud: deps.service,
          sub: identity.subject,
          iat: from,
          nbf: from,
          exp: until,
          jti: deps.newId(),
          access,
        },
      )
      if (scopes.length === 0) await recordLogin(identity)
      return { token, expiresIn: until - from, issuedAt, access }
    },
  }

  /** For requests without scopes, which are a `docker login`: writes those of robots to the log, behind the answer. */
  async function recordLogin({ performer, owner }: RegistryIdentity) {
    const { robot, ip, userAgent } = performer
    if (!robot) return
    const key = JSON.stringify(['login_success', robot.id, ip, userAgent])
    const metadata = {
      ...{ kind: 'robot', type: 'v2auth', robot: robot.fullName },
      ...(userAgent !== undefined && { useragent: userAgent }),
    }
    const event = { kind: 'login_success', namespace: owner, performer, metadata } as const
    await deps.background.run(() => deps.repeatedEntries.note(key, event))
  }
}
