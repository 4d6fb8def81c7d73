import type { Passwords } from '../../crypto/passwords.ts'
import { uniqueViolation, withTransaction } from '../../db/client.ts'
import type { Db, Tx } from '../../db/types.ts'
import { assertNoProblem, emailProblem, passwordProblem } from '../../domain/account-rules.ts'
import type { Performer } from '../../domain/actor.ts'
import { invalidRequest, modelRefused, notFound } from '../../domain/errors.ts'
import type { Page } from '../../domain/page.ts'
import { randomText, UPPER_ALPHANUMERIC } from '../../domain/random-text.ts'
import type { Clock, RandomBytes } from '../../domain/runtime.ts'
import { deleteAccount } from '../../queries/deleted-accounts.ts'
import { lockAdministered, lockUserNamed } from '../../queries/row-locks.ts'
import {
  findUser,
  listSolelyAdministered,
  listUsers,
  type UserRow,
  updateUser,
} from '../../queries/users.ts'
import type { AuditKind, AuditLog } from '../audit/audit-log.ts'
import { BY_NAME, type PageQuery, readPage } from '../paging.ts'
import type { AccountNames } from './account-names.ts'
import type { DeletedAccounts } from './deleted-accounts.ts'
import type { UserService } from './users.ts'

/** As long as Quay's. */
const PASSWORD_LENGTH = 32

/** How many organizations a refusal names. */
const NAMED_ORGANIZATIONS = 10

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
  accountNames: AccountNames
  deletedAccounts: DeletedAccounts
  clock: Clock
  randomBytes: RandomBytes
}

/** A user as superusers see one. */
export type InstallUser = UserRow
export type SuperuserUserService = ReturnType<typeof createSuperuserUserService>

/** Checks that a user was found who may be changed, and throws otherwise. */
type Admit = (user: UserRow | null | undefined) => UserRow

/** Managing accounts, for superusers, who cannot change one another's. */
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
      throw modelRefused('Email has already been used')
    }
  }

  return {
    /** Users by name. */
    list: ({
      withDisabled,
      ...query
    }: PageQuery & { withDisabled: boolean }): Promise<Page<InstallUser>> =>
      readPage(query, BY_NAME, (slice) => listUsers(db, { ...slice, withDisabled })),

    /** @throws {ServiceError} `not_found` */
    get: async (name: string): Promise<InstallUser> => existing(await findUser(db, name)),

    /**
     * @returns the user's password, which nobody can read again
     * @throws {ServiceError} `model_refused` for a bad or used name or address
     */
    async create(user: { username: string; email: string | undefined }, performer: Performer) {
      const password = randomText(deps.randomBytes, UPPER_ALPHANUMERIC, PASSWORD_LENGTH)
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
      change(name, update, performer, (user) => changeable(user, 'update')),

    /**
     * The same by command: the operator may change superusers, too.
     *
     * @throws {ServiceError} `not_found`, `model_refused`
     */
    updateAny: (name: string, update: UserUpdate, performer: Performer): Promise<InstallUser> =>
      change(name, update, performer, existing),

    /**
     * Deletes a user with everything that is the user's; much of it follows later.
     *
     * @throws {ServiceError} `not_found`, `invalid_request` for a superuser, `model_refused` for the only
     *   administrator of an organization
     */
    async delete(name: string, performer: Performer) {
      await withTransaction(db, async (tx) => {
        const user = changeable(await lockUserNamed(tx, name), 'delete')
        await lockAdministered(tx, user.id)
        const left = await listSolelyAdministered(tx, user.id, NAMED_ORGANIZATIONS)
        if (left.length > 0) {
          throw modelRefused(
            `Cannot delete ${name} as the only admin for organizations: ${left.join(', ')}`,
          )
        }
        await deps.accountNames.retire(tx, user.id)
        await deleteAccount(tx, user.id, deps.clock())
        await record(tx, 'user_delete', user, performer)
      })
      await deps.deletedAccounts.clearSome()
    },
  }
}

function existing(user: UserRow | null | undefined): UserRow {
  if (!user) throw notFound()
  return user
}

function changeable(found: UserRow | null | undefined, change: 'update' | 'delete'): UserRow {
  const user = existing(found)
  if (user.superuser) throw invalidRequest(`Cannot ${change} a superuser`)
  return user
}
