import { digestAppToken, isAppToken } from '../../crypto/app-token.ts'
import type { Passwords } from '../../crypto/passwords.ts'
import type { Db } from '../../db/types.ts'
import { type Origin, performerNameOf } from '../../domain/actor.ts'
import type { BasicCredentials } from '../../domain/basic-credentials.ts'
import { ServiceError } from '../../domain/errors.ts'
import { loginKindOf } from '../../domain/login-kind.ts'
import { parseRobotFullName } from '../../domain/names.ts'
import { principalOf } from '../../domain/principal.ts'
import { mayCreateRepositories, repositoryCap } from '../../domain/repository-roles.ts'
import { ROBOT_UNKNOWN } from '../../domain/robot-refusals.ts'
import type { Clock, RandomBytes } from '../../domain/runtime.ts'
import { createSecondTries } from '../../domain/second-tries.ts'
import { isSuperuser } from '../../domain/superusers.ts'
import type { Telemetry } from '../../domain/telemetry.ts'
import { lastsForRegistryToken } from '../../domain/token-lifetimes.ts'
import { findCredentials } from '../../queries/accounts.ts'
import { findAppTokenLogin } from '../../queries/app-tokens.ts'
import { touchAppToken, touchRobot } from '../../queries/last-use.ts'
import { findRobotLogin } from '../../queries/robot-logins.ts'
import type { ApiTokenService } from '../applications/api-tokens.ts'
import type { Background } from '../background.ts'
import { noteUse } from '../logins/last-use.ts'
import type { LoginFailure, LoginFailures } from '../logins/login-failures.ts'
import { countLogin } from '../logins/login-telemetry.ts'
import type { Guess, LoginThrottle } from '../logins/login-throttle.ts'
import type { RobotAuthentication } from '../robots/robot-authentication.ts'
import { anonymousIdentity, type RegistryIdentity, userIdentity } from './registry-identity.ts'

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
  randomBytes: RandomBytes
}

/** In which way credentials came to the registry's token endpoint. */
type RegistryDoor = 'form' | 'basic'

const WRONG_PASSWORD = 'Invalid Username or Password'
const USER_DISABLED = 'This user has been disabled. Please contact your administrator.'

const APP_TOKEN_EXPIRED =
  'The app specific token has expired: it ends with the API token that made it'

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
    { username, password }: BasicCredentials,
    guess: Guess,
  ): Promise<RegistryIdentity> {
    const { origin } = guess
    const name = parseRobotFullName(username)
    const found = name && (await findRobotLogin(deps.db, name.owner, name.shortName))
    if (!found) {
      deps.throttle.wrongToken('unknown robots', guess)
      throw unauthorized(ROBOT_UNKNOWN)
    }
    const owner = { id: found.ownerId, name: found.ownerName }
    const check = await deps.robotAuthentication.check(found, username, password)
    if ('problem' in check) {
      const { problem: message } = check
      deps.throttle.wrongToken(username, guess)
      const robot = { id: found.id, fullName: username, owner }
      await tellOwner({ robot, type: 'v2auth', message, origin }, guess)
      throw unauthorized(message)
    }
    await noteUse(deps.clock, found.lastAccessedAt, (use) => touchRobot(deps.db, found.id, use))
    return {
      subject: username,
      principal: { kind: 'robot', id: found.id },
      cap: 'admin',
      mayCreate: true,
      mayList: false,
      performer: { ...origin, robot: { id: found.id, fullName: username } },
      owner,
      ...check,
    }
  }

  async function apiToken({ password }: BasicCredentials, guess: Guess): Promise<RegistryIdentity> {
    const check = await deps.apiTokens.check(password, guess)
    if ('problem' in check) throw unauthorized(check.problem)
    const { actor } = check
    return {
      ...endWith(actor.token.expiresAt, 'OAuth access token has expired'),
      subject: performerNameOf(actor),
      principal: principalOf(actor),
      cap: repositoryCap(actor.scopes),
      mayCreate: mayCreateRepositories(actor.scopes),
      mayList: isSuperuser(actor) && actor.scopes.has('super:user'),
      performer: { ...guess.origin, actor },
    }
  }

  async function user(
    { username, password }: BasicCredentials,
    guess: Guess,
  ): Promise<RegistryIdentity> {
    const { origin } = guess
    const user = await findCredentials(deps.db, username)
    const found = await deps.throttle.password(user?.id ?? username, guess, async (claim) => {
      const right = await deps.passwords.verify(user?.passwordHash ?? null, password, claim)
      return right ? user : undefined
    })
    if (!found) {
      const failure = { type: 'v2auth', message: WRONG_PASSWORD, origin } as const
      if (user) await tellOwner({ user, ...failure }, guess)
      throw unauthorized(WRONG_PASSWORD)
    }
    if (!found.enabled) throw unauthorized(USER_DISABLED)
    return userIdentity(found, origin)
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
    return {
      ...userIdentity({ id: found.userId, name: found.username, superuser: false }, guess.origin),
      ...end,
      cap: found.repositoryCap ?? undefined,
      mayCreate: false,
    }
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
     * @param door how they came to the registry's token endpoint; undefined: they came to another one
     * @throws {ServiceError} `registry_unauthorized` with Quay's message; `rate_limited`
     */
    async authenticate(credentials: BasicCredentials, origin: Origin, door?: RegistryDoor) {
      const kind = loginKindOf(credentials.username)
      const isRepeat = door === 'basic' && secondTries.take(credentials, origin)
      try {
        return await countLogin(deps.telemetry, kind, () =>
          logIn[kind](credentials, { origin, isRepeat }),
        )
      } catch (error) {
        const isRefused = error instanceof ServiceError && error.code === 'registry_unauthorized'
        if (isRefused && door === 'form') secondTries.expect(credentials, origin)
        throw error
      }
    },

    anonymous: anonymousIdentity,
  }
}
