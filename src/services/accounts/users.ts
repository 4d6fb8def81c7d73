import type { Passwords } from '../../crypto/passwords.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer, UserActor } from '../../domain/actor.ts'
import { emailProblem } from '../../domain/email-rules.ts'
import { assertNoProblem } from '../../domain/errors.ts'
import { passwordProblem } from '../../domain/password-rules.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { findAccount, hasAccounts, insertAccount } from '../../queries/accounts.ts'
import { updateUser } from '../../queries/users.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { AccountNames } from './account-names.ts'
import type { RetiredNames } from './retired-names.ts'

export interface NewUser {
  username: string
  password: string
  email?: string | undefined
  superuser: boolean
}

/** A user from elsewhere, without a password. */
interface BroughtUser {
  username: string
  email?: string | undefined
  enabled: boolean
}

interface UserServiceDeps {
  db: Db
  passwords: Passwords
  audit: AuditLog
  accountNames: AccountNames
  retiredNames: RetiredNames
  clock: Clock
  newId: NewId
}

export type UserService = ReturnType<typeof createUserService>

export function createUserService({ db, audit, ...deps }: UserServiceDeps) {
  /**
   * Without a check of what `assertNew` checks.
   *
   * @param passwordHash null: the user has none
   * @returns the user's id
   */
  async function insert(
    tx: Tx,
    user: Omit<NewUser, 'password'>,
    passwordHash: string | null,
    performer: Performer,
  ) {
    const id = deps.newId()
    await insertAccount(tx, {
      id,
      name: user.username,
      kind: 'user',
      email: user.email ?? null,
      passwordHash,
      superuser: user.superuser,
      createdAt: deps.clock(),
    })
    await deps.retiredNames.takeForUser(tx, { id, name: user.username })
    await audit.record(tx, {
      kind: 'user_create',
      namespace: undefined,
      performer,
      metadata: { username: user.username, superuser: user.superuser },
    })
    return id
  }

  /** @throws {ServiceError} `model_refused`, with a prefix, for a bad name or e-mail address, or a weak password */
  function assertNew({ username, password, email }: Omit<NewUser, 'superuser'>, prefix = '') {
    const nameProblem = deps.accountNames.problem(username)
    const problems = [
      nameProblem && `Invalid namespace ${username}: ${nameProblem}`,
      email === undefined ? undefined : emailProblem(email),
      passwordProblem(password),
    ]
    assertNoProblem(...problems.map((problem) => problem && prefix + problem))
  }

  return {
    assertNew,
    insert,

    exist: () => hasAccounts(db),

    /** @returns undefined for anything but the name of a user */
    async find(username: string) {
      const account = await findAccount(db, username)
      return account?.kind === 'user' ? account : undefined
    },

    emailOf: async (actor: UserActor) => (await findAccount(db, actor.username))?.email ?? null,

    /**
     * @returns the user's id
     * @throws {ServiceError} `model_refused` for a bad or used name or e-mail address, or a weak password
     */
    async create(user: NewUser, performer: Performer): Promise<string> {
      assertNew(user)
      const passwordHash = await deps.passwords.hash(user.password)
      try {
        return await withTransaction(db, (tx) => insert(tx, user, passwordHash, performer))
      } catch (error) {
        throw await deps.accountNames.userNameTaken(error, user.username)
      }
    },

    /**
     * Makes a user from elsewhere, who cannot log in with a password yet.
     *
     * @throws {ServiceError} `model_refused` for a bad or used name or e-mail address; `invalid_request` for a retired name
     */
    async bring({ enabled, ...user }: BroughtUser, performer: Performer): Promise<void> {
      const { username, email } = user
      assertNoProblem(
        deps.accountNames.problem(username),
        email === undefined ? undefined : emailProblem(email),
      )
      try {
        await withTransaction(db, async (tx) => {
          const id = await insert(tx, { ...user, superuser: false }, null, performer)
          if (enabled) return
          await updateUser(tx, id, { enabled })
          await audit.record(tx, {
            kind: 'user_disable',
            namespace: { id, name: username },
            performer,
            metadata: { username },
          })
        })
      } catch (error) {
        throw await deps.accountNames.userNameTaken(error, username)
      }
    },
  }
}
