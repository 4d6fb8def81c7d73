import type { Passwords } from '../../crypto/passwords.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Origin, UserActor } from '../../domain/actor.ts'
import { assertNoProblem, modelRefused } from '../../domain/errors.ts'
import { passwordProblem } from '../../domain/password-rules.ts'
import { deleteAppTokens } from '../../queries/app-tokens.ts'
import { deleteUserTokens } from '../../queries/oauth-tokens.ts'
import { updateUser } from '../../queries/users.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { PasswordLogin } from '../logins/password-login.ts'

interface OwnPasswordDeps {
  db: Db
  passwords: Passwords
  passwordLogin: PasswordLogin
  audit: AuditLog
}

interface PasswordChange {
  current: string
  next: string
  /** Whether API tokens and app specific tokens of the user end, too: the token at hand is one of them. */
  endTokens: boolean
}

export type OwnPassword = ReturnType<typeof createOwnPassword>

/** The password of a user, who changes it. */
export function createOwnPassword({ db, audit, ...deps }: OwnPasswordDeps) {
  async function endTokensOf(tx: Tx, userId: string) {
    const { count: appTokens } = await deleteAppTokens(tx, userId)
    const { count: apiTokens } = await deleteUserTokens(tx, userId)
    return { api_tokens_ended: apiTokens, app_specific_tokens_ended: appTokens }
  }

  return {
    /**
     * @throws {ServiceError} `model_refused` for a wrong or a weak password; `invalid_request` for one that is too long;
     *   `rate_limited` after too many wrong ones
     */
    async change(
      { current, next, endTokens }: PasswordChange,
      performer: Origin & { actor: UserActor },
    ) {
      const { username } = performer.actor
      assertNoProblem(passwordProblem(next))
      const check = await deps.passwordLogin.atApi({ username, password: current }, performer)
      if ('problem' in check) throw wrongPassword()
      const passwordHash = await deps.passwords.hash(next)
      await withTransaction(db, async (tx) => {
        const { id, name } = check.user
        if (!(await deps.passwordLogin.stillHolds(tx, check.user))) throw wrongPassword()
        await updateUser(tx, id, { passwordHash })
        const ended = endTokens ? await endTokensOf(tx, id) : {}
        await audit.record(tx, {
          kind: 'user_change_password',
          namespace: { id, name },
          performer,
          metadata: { username: name, ...ended },
        })
      })
    },
  }
}

const wrongPassword = () =>
  modelRefused(
    'The current password is wrong. Who has forgotten it is given a new one by a superuser, or by the operator',
  )
