import type { Passwords } from '../../crypto/passwords.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import type { BasicCredentials } from '../../domain/basic-credentials.ts'
import type { Telemetry } from '../../domain/telemetry.ts'
import { USER_DISABLED, WRONG_PASSWORD } from '../../domain/user-refusals.ts'
import { lockUser } from '../../queries/row-locks.ts'
import { findUserLogin, type UserLogin } from '../../queries/user-logins.ts'
import type { LoginFailure, LoginFailures } from '../audit/login-failures.ts'
import type { Background } from '../background.ts'
import { countLogin } from './login-telemetry.ts'
import type { Guess, LoginThrottle } from './login-throttle.ts'

interface PasswordLoginDeps {
  db: Db
  passwords: Passwords
  failures: LoginFailures
  throttle: LoginThrottle
  background: Background
  telemetry: Pick<Telemetry, 'record'>
}

/** A user whose password was right a moment ago. */
export type ProvenUser = Pick<UserLogin, 'id' | 'name' | 'passwordHash'>

type PasswordCheck = { user: UserLogin } | { problem: typeof WRONG_PASSWORD | typeof USER_DISABLED }

export type PasswordLogin = ReturnType<typeof createPasswordLogin>

/** Checks names and passwords of users, wherever they are sent. */
export function createPasswordLogin(deps: PasswordLoginDeps) {
  /** Writes a wrong password to the log of the user, unless the same was written a moment ago. */
  async function tellOwner(failure: LoginFailure, { isRepeat }: Guess) {
    if (!isRepeat) await deps.background.run(() => deps.failures.record(failure))
  }

  async function check(
    { username, password }: BasicCredentials,
    { type, ...guess }: Guess & Pick<LoginFailure, 'type'>,
  ): Promise<PasswordCheck> {
    const user = await findUserLogin(deps.db, username)
    const found = await deps.throttle.password(user?.id ?? username, guess, async (claim) => {
      const right = await deps.passwords.verify(user?.passwordHash ?? null, password, claim)
      return right ? user : undefined
    })
    if (!found) {
      const { origin } = guess
      if (user) await tellOwner({ user, type, message: WRONG_PASSWORD, origin }, guess)
      return { problem: WRONG_PASSWORD }
    }
    return found.enabled ? { user: found } : { problem: USER_DISABLED }
  }

  return {
    /**
     * At the registry, which counts its log-ins itself.
     *
     * @throws {ServiceError} `rate_limited`; `unavailable`
     */
    atRegistry: (credentials: BasicCredentials, guess: Guess) =>
      check(credentials, { ...guess, type: 'v2auth' }),

    /** @throws {ServiceError} `rate_limited`; `unavailable` */
    atApi: (credentials: BasicCredentials, origin: Origin) =>
      countLogin(
        deps.telemetry,
        'user',
        () => check(credentials, { origin, type: 'quayauth' }),
        (result) => 'problem' in result,
      ),

    /**
     * Whether the password is still the user's, who is still let in. Both stay so until the transaction ends, during which
     * others who lock the user wait.
     */
    async stillHolds(tx: Tx, { id, name, passwordHash }: ProvenUser) {
      await lockUser(tx, id)
      const user = await findUserLogin(tx, name)
      return user?.id === id && user.enabled && user.passwordHash === passwordHash
    },
  }
}
