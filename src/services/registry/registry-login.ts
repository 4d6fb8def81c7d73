import { digestAppToken, isAppToken } from '../../crypto/app-token.ts'
import type { Passwords } from '../../crypto/passwords.ts'
import type { Db } from '../../db/types.ts'
import { type Origin, type Performer, performerNameOf } from '../../domain/actor.ts'
import type { BasicCredentials } from '../../domain/basic-credentials.ts'
import { ServiceError } from '../../domain/errors.ts'
import { parseRobotFullName } from '../../domain/names.ts'
import { isSuperuser } from '../../domain/organization-access.ts'
import type { RepositoryRole } from '../../domain/registry-scope.ts'
import { mayCreateRepositories, repositoryCap } from '../../domain/repository-access.ts'
import { ROBOT_UNKNOWN } from '../../domain/robot-refusals.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Telemetry } from '../../domain/telemetry.ts'
import { findCredentials } from '../../queries/accounts.ts'
import { findAppTokenLogin, touchAppToken } from '../../queries/app-tokens.ts'
import { type Principal, principalOf } from '../../queries/repository-roles.ts'
import { findRobotLogin, touchRobot } from '../../queries/robot-logins.ts'
import type { ApiTokenService } from '../applications/api-tokens.ts'
import type { Background } from '../background.ts'
import { noteUse } from '../logins/last-use.ts'
import type { LoginFailures } from '../logins/login-failures.ts'
import { counted, kindOf } from '../logins/login-telemetry.ts'
import type { LoginThrottle } from '../logins/login-throttle.ts'
import type { RobotAuthentication } from '../robots/robot-authentication.ts'

/** Who logged in to the registry, and how far the credential reaches. */
export interface RegistryIdentity {
  /** `sub` of the registry token. */
  subject: string
  principal: Principal
  /** The highest role that the credential lets have in a repository. */
  cap: RepositoryRole | undefined
  /** Whether the credential lets create repositories, where the principal may. */
  mayCreate: boolean
  /** Whether all repositories of the registry may be listed. */
  mayList: boolean
  performer: Performer
  /** The owner of a robot. */
  owner?: { id: string; name: string }
  /** When the credential itself ends, in seconds since 1970. */
  expiresAt?: number
}

interface RegistryLoginDeps {
  db: Db
  passwords: Passwords
  apiTokens: ApiTokenService
  robotAuthentication: RobotAuthentication
  failures: LoginFailures
  throttle: LoginThrottle
  telemetry: Pick<Telemetry, 'record'>
  background: Background
  clock: Clock
}

const WRONG_PASSWORD = 'Invalid Username or Password'
const USER_DISABLED = 'This user has been disabled. Please contact your administrator.'

const unauthorized = (message: string) => new ServiceError('registry_unauthorized', message)

export type RegistryLogin = ReturnType<typeof createRegistryLogin>

/** Checks the Basic credentials that registry clients send. */
export function createRegistryLogin(deps: RegistryLoginDeps) {
  async function robot(
    username: string,
    password: string,
    origin: Origin,
  ): Promise<RegistryIdentity> {
    const name = parseRobotFullName(username)
    const found = name && (await findRobotLogin(deps.db, name.owner, name.shortName))
    if (!found) {
      deps.throttle.wrongToken('unknown robots', origin)
      throw unauthorized(ROBOT_UNKNOWN)
    }
    const owner = { id: found.ownerId, name: found.ownerName }
    const check = await deps.robotAuthentication.check(found, username, password)
    if ('problem' in check) {
      const { problem: message } = check
      deps.throttle.wrongToken(username, origin)
      const robot = { id: found.id, fullName: username, owner }
      await deps.background.run(() =>
        deps.failures.record({ robot, type: 'v2auth', message, origin }),
      )
      throw unauthorized(message)
    }
    await noteUse(deps.clock, found.lastAccessedAt, (use) => touchRobot(deps.db, found.id, use))
    return {
      subject: username,
      principal: { robotId: found.id },
      cap: 'admin',
      mayCreate: true,
      mayList: false,
      performer: { ...origin, robot: { id: found.id, fullName: username } },
      owner,
      ...check,
    }
  }

  async function apiToken(password: string, origin: Origin): Promise<RegistryIdentity> {
    const check = await deps.apiTokens.check(password)
    if ('problem' in check) {
      deps.throttle.wrongToken('$oauthtoken', origin)
      throw unauthorized(check.problem)
    }
    const { actor } = check
    return {
      subject: performerNameOf(actor),
      principal: principalOf(actor),
      cap: repositoryCap(actor.scopes),
      mayCreate: mayCreateRepositories(actor.scopes),
      mayList: isSuperuser(actor) && actor.scopes.has('super:user'),
      performer: { ...origin, actor },
    }
  }

  async function user(
    username: string,
    password: string,
    origin: Origin,
  ): Promise<RegistryIdentity> {
    const found = await deps.throttle.password(username, origin, () =>
      withPassword(username, password, origin),
    )
    if (!found) throw unauthorized(WRONG_PASSWORD)
    if (!found.enabled) throw unauthorized(USER_DISABLED)
    return identityOf(found, origin)
  }

  async function withPassword(username: string, password: string, origin: Origin) {
    const found = await findCredentials(deps.db, username)
    const right = await deps.passwords.verify(found?.passwordHash ?? null, password)
    if (!found || right) return found ?? undefined
    await deps.background.run(() =>
      deps.failures.record({ user: found, type: 'v2auth', message: WRONG_PASSWORD, origin }),
    )
    return undefined
  }

  async function appToken(token: string, origin: Origin): Promise<RegistryIdentity> {
    const found = isAppToken(token)
      ? await findAppTokenLogin(deps.db, digestAppToken(token))
      : undefined
    if (!found) {
      deps.throttle.wrongToken('$app', origin)
      throw unauthorized('Invalid token')
    }
    if (!found.enabled) throw unauthorized(USER_DISABLED)
    await noteUse(deps.clock, found.lastAccessedAt, (use) => touchAppToken(deps.db, found.id, use))
    return {
      ...identityOf({ id: found.userId, name: found.username, superuser: false }, origin),
      cap: found.repositoryCap ?? undefined,
      mayCreate: false,
    }
  }

  const logIn = {
    robot,
    user,
    api_token: (_: string, password: string, origin: Origin) => apiToken(password, origin),
    app_token: (_: string, password: string, origin: Origin) => appToken(password, origin),
  }

  return {
    /** @throws {ServiceError} `registry_unauthorized` with Quay's message; `rate_limited` */
    authenticate({ username, password }: BasicCredentials, origin: Origin) {
      const kind = kindOf(username)
      return counted(deps.telemetry, kind, () => logIn[kind](username, password, origin))
    },

    /** Without credentials: public repositories only. */
    anonymous: (origin: Origin): RegistryIdentity => ({
      subject: '(anonymous)',
      principal: { anonymous: true },
      cap: 'read',
      mayCreate: false,
      mayList: false,
      performer: origin,
    }),
  }
}

/** A user with all rights. */
const identityOf = (
  { id, name, superuser }: { id: string; name: string; superuser: boolean },
  origin: Origin,
): RegistryIdentity => ({
  subject: name,
  principal: { userId: id },
  cap: 'admin',
  mayCreate: true,
  mayList: superuser,
  performer: { ...origin, user: { id, name } },
})
