import type { Origin } from '../../domain/actor.ts'
import { loginRefused } from '../../domain/errors.ts'
import type { Clock } from '../../domain/runtime.ts'
import { NO_PASSWORDS, type PasswordSignIn } from '../../domain/sign-in-rules.ts'
import type { FirstUser } from '../accounts/first-user.ts'
import type { NewUser } from '../accounts/users.ts'
import type { Sessions } from '../logins/sessions.ts'

interface FirstSessionDeps {
  firstUser: FirstUser
  sessions: Sessions
  signIn: { passwords: PasswordSignIn }
  clock: Clock
}

export type FirstSession = ReturnType<typeof createFirstSession>

/** How the first user is made in a browser: with a session, or not at all. */
export const createFirstSession = ({ firstUser, sessions, signIn, clock }: FirstSessionDeps) => ({
  /** Whether it would be begun now. */
  isOpen: async () => signIn.passwords !== 'off' && (await firstUser.isOpen()),

  /**
   * Creates the first user, and logs them in.
   *
   * @returns the session, and what the cookie is to hold
   * @throws {ServiceError} `login_refused` where nobody signs in with a password, else as `FirstUser.create` does
   */
  async open(user: Omit<NewUser, 'superuser'>, origin: Origin) {
    if (signIn.passwords === 'off') throw loginRefused(NO_PASSWORDS)
    return firstUser.create(user, origin, (tx, created) => {
      const login = { user: { ...created, superuser: true }, provider: null }
      return sessions.open(tx, { ...login, authenticatedAt: clock() }, origin)
    })
  },
})
