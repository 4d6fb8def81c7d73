import type { Db } from '../../db/types.ts'
import { mayAct } from '../../domain/registry-actions.ts'
import { isInReach } from '../../domain/registry-reach.ts'
import type { AccessEntry, RepositoryScope } from '../../domain/registry-scope.ts'
import {
  parseRegistryScopes,
  type RegistryScopeList,
  withoutOddNames,
} from '../../domain/registry-scope-list.ts'
import { registryTokenValidity } from '../../domain/registry-token-life.ts'
import { repositoryPath } from '../../domain/repository-name.ts'
import { capRole, highestRole } from '../../domain/repository-roles.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { findRepositoryRoles, type RepositoryRoles } from '../../queries/repository-roles.ts'
import type { LoginSuccesses } from '../audit/login-successes.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { PushCreation } from './push-creation.ts'
import type { LoggedIn } from './registry-login.ts'

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
  loginSuccesses: LoginSuccesses
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
  async function findRepositories(identity: LoggedIn, scopes: RepositoryScope[]) {
    if (scopes.length === 0)
      return { found: new Map<string, RepositoryRoles>(), created: new Map() }
    const read = () => findRepositoryRoles(deps.db, identity.principal, scopes)
    const found = byPath(identity.repositories ?? (await read()))
    const missing = scopes.filter(
      (scope) =>
        scope.actions.includes('push') &&
        isInReach(identity.reach, scope.name, 'push') &&
        !found.has(repositoryPath(scope)),
    )
    const created = await deps.pushCreation.create(identity, missing)
    return { found: created.size > 0 ? byPath(await read()) : found, created }
  }

  /** An entry for each scope that names something, in their order, with those of its actions that are allowed. */
  async function grant(identity: LoggedIn, asked: RegistryScopeList): Promise<AccessEntry[]> {
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
      const standing = {
        role: repository && capRole(highestRole(repository.roles), identity.cap),
        isPublic: repository?.isPublic === true,
        isCreated: created.get(path) === true,
      }
      const actions = scope.actions.filter(
        (action) => isInReach(identity.reach, name, action) && mayAct(standing, action),
      )
      return { type, name, actions }
    })
  }

  return {
    /**
     * Signs a token for the part of what is asked for that the identity may do, which may be nothing. It ends with the
     * credential that the identity logged in with, if not before (`domain/registry-token-life.ts`).
     *
     * @param identity who logged in for these scopes
     * @param scopes as sent, one per element
     * @throws {ServiceError} `registry_invalid_request`, `registry_invalid_name` where no scope can be read, or there are too many
     */
    async issue(identity: LoggedIn, scopes: string[]): Promise<RegistryToken> {
      const access = await grant(identity, parseRegistryScopes(scopes))
      const now = deps.clock()
      const seconds = Math.floor(now.getTime() / 1000)
      const { from, until } = registryTokenValidity(seconds, {
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
      // Without scopes it is a `docker login`.
      if (scopes.length === 0) await deps.loginSuccesses.note(identity)
      // Clients count from then on.
      const issuedAt = from < seconds ? new Date(from * 1000) : now
      return { token, expiresIn: until - from, issuedAt, access }
    },
  }
}

const byPath = (found: readonly RepositoryRoles[]) =>
  new Map(found.map((row) => [repositoryPath(row), row]))
