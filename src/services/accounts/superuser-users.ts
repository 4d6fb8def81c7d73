import type { Passwords } from '../../crypto/passwords.ts'
import { uniqueViolation } from '../../db/driver-fault.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { emailInUse, emailProblem } from '../../domain/email-rules.ts'
import { assertNoProblem, notFound } from '../../domain/errors.ts'
import type { NameSearch } from '../../domain/name-sort.ts'
import type { Page } from '../../domain/page.ts'
import { generateInstallPassword, passwordProblem } from '../../domain/password-rules.ts'
import type { RandomBytes } from '../../domain/runtime.ts'
import { assertChangeable } from '../../domain/superusers.ts'
import { lockUserNamed } from '../../queries/row-locks.ts'
import { findUser, listUsers, type UserRow, updateUser } from '../../queries/users.ts'
import type { AuditKind, AuditLog } from '../audit/audit-log.ts'
import { BY_NAME, type PageQuery, readPage } from '../paging.ts'
import type { UserService } from './users.ts'

interface UserUpdate {
  password?: string | undefined
  email?: string | undefined
  enabled?: boolean | undefined
}

interface SuperuserUserDeps {
  db: Db
  users: UserService
  passwords: Passwords
  audit: AuditLog
  randomBytes: RandomBytes
}

/** A user as superusers see one. */
export type InstallUser = UserRow
export type SuperuserUserService = ReturnType<typeof createSuperuserUserService>

/** Checks that a user was found who may be changed, and throws otherwise. */
type Admit = (user: UserRow | null | undefined) => UserRow

/** Managing accounts, for superusers, who cannot change one another's; `account-deletion.ts` deletes them. */
export function createSuperuserUserService({ db, audit, ...deps }: SuperuserUserDeps) {
  async function record(
    tx: Tx,
    kind: AuditKind,
    user: UserRow,
    performer: Performer,
    metadata: Record<string, string | null> = {},
  ) {
    const { id, name } = user
    await audit.record(tx, {
      kind,
      namespace: { id, name },
      performer,
      metadata: { username: name, ...metadata },
    })
  }

  async function auditUpdate(tx: Tx, before: UserRow, update: UserUpdate, performer: Performer) {
    const { password, email, enabled } = update
    if (password !== undefined) await record(tx, 'user_change_password', before, performer)
    if (email !== undefined && email !== before.email) {
      const addresses = { email, old_email: before.email }
      await record(tx, 'user_change_email', before, performer, addresses)
    }
    if (enabled !== undefined && enabled !== before.enabled) {
      await record(tx, enabled ? 'user_enable' : 'user_disable', before, performer)
    }
  }

  /** @returns the user before the change */
  async function change(name: string, update: UserUpdate, performer: Performer, admit: Admit) {
    const { password, email, enabled } = update
    admit(await findUser(db, name))
    assertNoProblem(
      password === undefined ? undefined : passwordProblem(password),
      email === undefined ? undefined : emailProblem(email),
    )
    const passwordHash = password === undefined ? undefined : await deps.passwords.hash(password)
    try {
      return await withTransaction(db, async (tx) => {
        const before = admit(await lockUserNamed(tx, name))
        await updateUser(tx, before.id, {
          ...(passwordHash !== undefined && { passwordHash }),
          ...(email !== undefined && email !== before.email && { email }),
          ...(enabled !== undefined && { enabled }),
        })
        await auditUpdate(tx, before, update, performer)
        return before
      })
    } catch (error) {
      if (uniqueViolation(error) === undefined) throw error
      throw emailInUse()
    }
  }

  return {
    /** Users that have a text in their names, by name. */
    list: ({
      text,
      sort,
      withDisabled,
      ...query
    }: PageQuery & NameSearch & { withDisabled: boolean }): Promise<Page<InstallUser>> =>
      readPage(query, BY_NAME, (slice) => listUsers(db, { ...slice, text, sort, withDisabled })),

    /** @throws {ServiceError} `not_found` */
    get: async (name: string): Promise<InstallUser> => existing(await findUser(db, name)),

    /**
     * @returns the user's password, which nobody can read again
     * @throws {ServiceError} `model_refused` for a bad or used name or address
     */
    async create(user: { username: string; email: string | undefined }, performer: Performer) {
      const password = generateInstallPassword(deps.randomBytes)
      await deps.users.create({ ...user, password, superuser: false }, performer)
      return password
    },

    /**
     * Makes the changes that are given, all or none of them.
     *
     * @returns the user before the change, as in Quay
     * @throws {ServiceError} `not_found`, `invalid_request` for a superuser, `model_refused`
     */
    update: (name: string, update: UserUpdate, performer: Performer): Promise<InstallUser> =>
      change(name, update, performer, changeable),

    /**
     * The same by command: the operator may change superusers, too.
     *
     * @throws {ServiceError} `not_found`, `model_refused`
     */
    updateAny: (name: string, update: UserUpdate, performer: Performer): Promise<InstallUser> =>
      change(name, update, performer, existing),
  }
}

function existing(user: UserRow | null | undefined): UserRow {
  if (!user) throw notFound()
  return user
}

function changeable(found: UserRow | null | undefined): UserRow {
  const user = existing(found)
  assertChangeable(user, 'update')
  return user
}
