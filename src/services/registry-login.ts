import { digestAppToken, isAppToken } from '../crypto/app-token.ts'
import type { Keyring } from '../crypto/keyring.ts'
import type { Passwords } from '../crypto/passwords.ts'
import { findCredentials } from '../db/accounts.ts'
import { findAppTokenLogin, touchAppToken } from '../db/app-tokens.ts'
import type { Db } from '../db/client.ts'
import { type Principal, principalOf } from '../db/repository-roles.ts'
import {
  findRobotLogin,
  hasFederationEntry,
  type RobotLogin,
  touchRobot,
} from '../db/robot-logins.ts'
import { type Origin, type Performer, performerNameOf } from '../domain/actor.ts'
import type { BasicCredentials } from '../domain/basic-credentials.ts'
import { ServiceError } from '../domain/errors.ts'
import { isNewUse } from '../domain/last-use.ts'
import { parseRobotFullName } from '../domain/names.ts'
import type { RepositoryRole } from '../domain/registry-scope.ts'
import { repositoryCap } from '../domain/repository-access.ts'
import {
  ownerDisabled,
  ROBOT_UNKNOWN,
  ROBOTS_DISABLED,
  TOKEN_MISMATCH,
  wrongPassword,
} from '../domain/robot-refusals.ts'
import { isRobotToken } from '../domain/robot-token.ts'
import type { Clock } from '../domain/runtime.ts'
import type { ApiTokenService } from './api-tokens.ts'
import type { LoginFailures } from './login-failures.ts'
import { looksLikeRobotToken, type RobotTokens } from './robot-tokens.ts'

/** Who logged in to the registry, and how far the credential reaches. */
export interface RegistryIdentity {
  /** `sub` of the registry token. */
  subject: string
  principal: Principal
  /** The highest role that the credential lets have in a repository. */
  cap: RepositoryRole | undefined
  performer: Performer
  /** The owner of a robot. */
  owner?: { id: string; name: string }
  /** When the credential itself ends, in seconds since 1970. */
  expiresAt?: number
}

export interface RegistryLoginDeps {
  db: Db
  keyring: Keyring
  passwords: Passwords
  apiTokens: ApiTokenService
  robotTokens: RobotTokens
  failures: LoginFailures
  clock: Clock
  robotsDisallow: boolean
}

/** When the credential ends by itself, in seconds since 1970, or why it is refused. */
type RobotCheck = { expiresAt?: number } | { problem: string }

const USER_DISABLED = 'This user has been disabled. Please contact your administrator.'

const unauthorized = (message: string) => new ServiceError('registry_unauthorized', message)

export type RegistryLogin = ReturnType<typeof createRegistryLogin>

/** Checks the Basic credentials that registry clients send (quay-behaviour.md §5). */
export function createRegistryLogin(deps: RegistryLoginDeps) {
  async function robot(
    username: string,
    password: string,
    origin: Origin,
  ): Promise<RegistryIdentity> {
    const name = parseRobotFullName(username)
    const found = name && (await findRobotLogin(deps.db, name.owner, name.shortName))
    if (!found) throw unauthorized(ROBOT_UNKNOWN)
    const owner = { id: found.ownerId, name: found.ownerName }
    const check = await checkRobot(found, username, password)
    if ('problem' in check) {
      await deps.failures.record({
        robot: { id: found.id, fullName: username, owner },
        type: 'v2auth',
        message: check.problem,
        origin,
      })
      throw unauthorized(check.problem)
    }
    const now = deps.clock()
    if (isNewUse(found.lastAccessedAt, now)) await touchRobot(deps.db, found.id, now)
    return {
      subject: username,
      principal: { robotId: found.id },
      cap: 'admin',
      performer: { ...origin, robot: { id: found.id, fullName: username } },
      owner,
      ...check,
    }
  }

  async function checkRobot(
    found: RobotLogin,
    username: string,
    password: string,
  ): Promise<RobotCheck> {
    const check = looksLikeRobotToken(password)
      ? await checkRobotToken(found, username, password)
      : checkStaticToken(found, username, password)
    if ('problem' in check) return check
    if (deps.robotsDisallow) return { problem: ROBOTS_DISABLED }
    if (!found.ownerEnabled) return { problem: ownerDisabled(username, found.ownerName) }
    return check
  }

  function checkStaticToken(found: RobotLogin, username: string, password: string): RobotCheck {
    const right =
      isRobotToken(password) &&
      deps.keyring.digestMatches({ keyId: found.tokenKeyId, digest: found.tokenDigest }, password)
    return right ? {} : { problem: wrongPassword(username) }
  }

  async function checkRobotToken(
    found: RobotLogin,
    username: string,
    password: string,
  ): Promise<RobotCheck> {
    const claims = await deps.robotTokens.verify(password)
    if (!claims) return { problem: wrongPassword(username) }
    const alive =
      claims.robot_id === found.id &&
      claims.credential_id === found.credentialId &&
      (await hasFederationEntry(deps.db, found.id, claims.federation_id))
    return alive ? { expiresAt: claims.exp } : { problem: TOKEN_MISMATCH }
  }

  async function apiToken(password: string, origin: Origin): Promise<RegistryIdentity> {
    const check = await deps.apiTokens.check(password)
    if ('problem' in check) throw unauthorized(check.problem)
    const { actor } = check
    return {
      subject: performerNameOf(actor),
      principal: principalOf(actor),
      cap: repositoryCap(actor.scopes),
      performer: { ...origin, actor },
    }
  }

  async function user(
    username: string,
    password: string,
    origin: Origin,
  ): Promise<RegistryIdentity> {
    const found = await findCredentials(deps.db, username)
    const right = await deps.passwords.verify(found?.passwordHash ?? null, password)
    if (!found || !right) throw unauthorized('Invalid Username or Password')
    if (!found.enabled) throw unauthorized(USER_DISABLED)
    return identityOf(found, origin)
  }

  async function appToken(token: string, origin: Origin): Promise<RegistryIdentity> {
    const found = isAppToken(token)
      ? await findAppTokenLogin(deps.db, digestAppToken(token))
      : undefined
    if (!found) throw unauthorized('Invalid token')
    if (!found.enabled) throw unauthorized(USER_DISABLED)
    const now = deps.clock()
    if (isNewUse(found.lastAccessedAt, now)) await touchAppToken(deps.db, found.id, now)
    return {
      ...identityOf({ id: found.userId, name: found.username }, origin),
      cap: found.repositoryCap ?? undefined,
    }
  }

  return {
    /** @throws {ServiceError} `registry_unauthorized` with Quay's message */
    authenticate({ username, password }: BasicCredentials, origin: Origin) {
      if (username.includes('+')) return robot(username, password, origin)
      if (username === '$oauthtoken') return apiToken(password, origin)
      if (username === '$app') return appToken(password, origin)
      return user(username, password, origin)
    },

    /** Without credentials: public repositories only. */
    anonymous: (origin: Origin): RegistryIdentity => ({
      subject: '(anonymous)',
      principal: { anonymous: true },
      cap: 'read',
      performer: origin,
    }),
  }
}

/** A user with all rights. */
const identityOf = (user: { id: string; name: string }, origin: Origin): RegistryIdentity => ({
  subject: user.name,
  principal: { userId: user.id },
  cap: 'admin',
  performer: origin,
})
