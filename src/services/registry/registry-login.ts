import { digestAppToken, isAppToken } from '../../crypto/app-token.ts'
import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { TOKEN_EXPIRED } from '../../domain/api-token-validity.ts'
import { APP_TOKEN_EXPIRED } from '../../domain/app-token-rules.ts'
import type { BasicCredentials } from '../../domain/basic-credentials.ts'
import { isLoginRefusal, ServiceError } from '../../domain/errors.ts'
import { loginKindOf } from '../../domain/login-kind.ts'
import { parseRobotFullName } from '../../domain/names.ts'
import {
  anonymousIdentity,
  apiTokenIdentity,
  appTokenIdentity,
  type RegistryIdentity,
  robotIdentity,
  userIdentity,
} from '../../domain/registry-identity.ts'
import type { RepositoryScope } from '../../domain/registry-scope.ts'
import { lastsForRegistryToken, robotLoginEnds } from '../../domain/registry-token-life.ts'
import { ROBOT_NAME_NEEDED, ROBOT_UNKNOWN } from '../../domain/robot-refusals.ts'
import type { Clock, RandomBytes } from '../../domain/runtime.ts'
import { createSecondTries } from '../../domain/second-tries.ts'
import type { Telemetry } from '../../domain/telemetry.ts'
import { USER_DISABLED } from '../../domain/user-refusals.ts'
import { findAppTokenLogin } from '../../queries/app-tokens.ts'
import { touchAppToken, touchSecret } from '../../queries/last-use.ts'
import type { RepositoryRoles } from '../../queries/repository-roles.ts'
import { findRobotLogin } from '../../queries/robot-logins.ts'
import type { ApiTokenService } from '../applications/api-tokens.ts'
import type { LoginFailure, LoginFailures } from '../audit/login-failures.ts'
import type { Background } from '../background.ts'
import type { IdentityPasswords } from '../federation/identity-passwords.ts'
import { noteRobotUse, noteUse } from '../logins/last-use.ts'
import { countLogin } from '../logins/login-telemetry.ts'
import type { Guess, LoginThrottle } from '../logins/login-throttle.ts'
import type { PasswordLogin } from '../logins/password-login.ts'
import type { RobotAuthentication, RobotCheck } from '../robots/robot-authentication.ts'
import type { RobotTokens } from '../robots/robot-tokens.ts'

interface RegistryLoginDeps {
  db: Db
  apiTokens: ApiTokenService
  passwordLogin: PasswordLogin
  robotAuthentication: RobotAuthentication
  robotTokens: Pick<RobotTokens, 'verify'>
  identityPasswords: IdentityPasswords
  failures: LoginFailures
  throttle: LoginThrottle
  telemetry: Pick<Telemetry, 'record'>
  background: Background
  clock: Clock
  randomBytes: RandomBytes
}

/** How credentials came to the registry's token endpoint, and for which repositories. */
interface AtRegistry {
  door: 'form' | 'basic'
  repositories: readonly RepositoryScope[]
}

interface RegistryGuess extends Guess, Partial<AtRegistry> {}

/** Who logged in, and what was read with that of the roles in the repositories that are asked for; undefined: nothing. */
export interface LoggedIn extends RegistryIdentity {
  repositories?: readonly RepositoryRoles[]
}

const unauthorized = (message: string) => new ServiceError('registry_unauthorized', message)

export type RegistryLogin = ReturnType<typeof createRegistryLogin>

/** Checks the Basic credentials that registry clients send. */
export function createRegistryLogin(deps: RegistryLoginDeps) {
  const secondTries = createSecondTries(deps)

  /** Writes a failure to the log of the account's owner, unless the same was written a moment ago. */
  async function tellOwner(failure: LoginFailure, { isRepeat }: Guess) {
    if (!isRepeat) await deps.background.run(() => deps.failures.record(failure))
  }

  async function robot(
    credentials: BasicCredentials,
    { door, repositories, ...guess }: RegistryGuess,
  ): Promise<LoggedIn> {
    const { username, password } = credentials
    const { origin } = guess
    const name = parseRobotFullName(username)
    const found = name && (await findRobotLogin(deps.db, name.owner, name.shortName, repositories))
    if (!found) {
      deps.throttle.wrongToken('unknown robots', guess)
      throw unauthorized(ROBOT_UNKNOWN)
    }
    const owner = { id: found.ownerId, name: found.ownerName }
    const identity = door && (await deps.identityPasswords.check(found, credentials, guess))
    const check: RobotCheck =
      identity ?? (await deps.robotAuthentication.check(found, username, password))
    if ('problem' in check) {
      const { problem: message } = check
      deps.throttle.wrongToken(username, guess)
      const robot = { id: found.id, fullName: username, owner }
      await tellOwner({ robot, type: 'v2auth', message, origin }, guess)
      throw unauthorized(message)
    }
    await noteRobotUse(deps, found, check, origin)
    const { secret } = check
    if (secret) {
      await noteUse(deps.clock, secret.lastAccessedAt, (use) =>
        touchSecret(deps.db, secret.id, use),
      )
    }
    return {
      ...robotIdentity({ id: found.id, fullName: username, owner }, origin),
      ...check.apiToken,
      reach: check.reach,
      expiresAt: robotLoginEnds(check.expiresAt, found.expiresAt),
      repositories: found.repositories,
    }
  }

  async function apiToken({ password }: BasicCredentials, guess: Guess): Promise<RegistryIdentity> {
    if (await deps.robotTokens.verify(password)) throw unauthorized(ROBOT_NAME_NEEDED)
    const check = await deps.apiTokens.check(password, guess)
    if ('problem' in check) throw unauthorized(check.problem)
    const { actor } = check
    return {
      ...apiTokenIdentity(actor, guess.origin),
      ...endWith(actor.token.expiresAt, TOKEN_EXPIRED),
    }
  }

  async function user(credentials: BasicCredentials, guess: Guess): Promise<RegistryIdentity> {
    const check = await deps.passwordLogin.atRegistry(credentials, guess)
    if ('problem' in check) throw unauthorized(check.problem)
    return userIdentity(check.user, guess.origin)
  }

  async function appToken(
    { password: token }: BasicCredentials,
    guess: Guess,
  ): Promise<RegistryIdentity> {
    const found = isAppToken(token)
      ? await findAppTokenLogin(deps.db, digestAppToken(token))
      : undefined
    if (!found) {
      deps.throttle.wrongToken('$app', guess)
      throw unauthorized('Invalid token')
    }
    if (!found.enabled) throw unauthorized(USER_DISABLED)
    const end = found.expiresAt && endWith(found.expiresAt, APP_TOKEN_EXPIRED)
    await noteUse(deps.clock, found.lastAccessedAt, (use) => touchAppToken(deps.db, found.id, use))
    const { userId: id, username: name, repositoryCap: cap } = found
    return { ...appTokenIdentity({ id, name, cap }, guess.origin), ...end }
  }

  /**
   * When a registry token must end: with the credential that it is given for. As registry tokens have a shortest life, a
   * credential that ends sooner is refused.
   */
  function endWith(credentialEnds: Date, refusal: string) {
    const expiresAt = Math.floor(credentialEnds.getTime() / 1000)
    const now = Math.floor(deps.clock().getTime() / 1000)
    if (!lastsForRegistryToken(expiresAt, now)) throw unauthorized(refusal)
    return { expiresAt }
  }

  const logIn = { robot, user, api_token: apiToken, app_token: appToken }

  return {
    /**
     * @param at how they came to the registry's token endpoint; undefined: they came to another one
     * @throws {ServiceError} `registry_unauthorized` with Quay's message, `exchange_refused` for identity tokens; `rate_limited`;
     *   `unavailable`
     */
    async authenticate(
      credentials: BasicCredentials,
      origin: Origin,
      at?: AtRegistry,
    ): Promise<LoggedIn> {
      const kind = loginKindOf(credentials.username)
      const isRepeat = at?.door === 'basic' && secondTries.take(credentials, origin)
      try {
        return await countLogin(deps.telemetry, kind, () =>
          logIn[kind](credentials, { origin, isRepeat, ...at }),
        )
      } catch (error) {
        if (isLoginRefusal(error) && at?.door === 'form') secondTries.expect(credentials, origin)
        throw error
      }
    },

    /**
     * A request without credentials, which is for public repositories: it has to name some.
     *
     * @throws {ServiceError} `registry_unauthorized`
     */
    anonymous(origin: Origin, scopes: readonly string[]): RegistryIdentity {
      if (scopes.length > 0) return anonymousIdentity(origin)
      throw unauthorized('access to the requested resource is not authorized')
    },
  }
}
