import type { Passwords } from '../../crypto/passwords.ts'
import { lockUntilCommit } from '../../db/advisory-locks.ts'
import { uniqueViolation, withTransaction } from '../../db/client.ts'
import type { Db, Tx } from '../../db/types.ts'
import { assertNoProblem, emailProblem, passwordProblem } from '../../domain/account-rules.ts'
import type { Performer, UserActor } from '../../domain/actor.ts'
import { modelRefused, notFound } from '../../domain/errors.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { SCOPES } from '../../domain/scopes.ts'
import { findAccount, hasAccounts, insertAccount } from '../../queries/accounts.ts'
import { insertApplication } from '../../queries/applications.ts'
import type { ApiTokenService } from '../applications/api-tokens.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { AccountNames } from './account-names.ts'

/** Lifetime of the first user's token, as in Quay (seconds). */
const INITIAL_TOKEN_LIFETIME = 9000

interface NewUser {
  username: string
  password: string
  email?: string | undefined
  superuser: boolean
}

interface UserServiceDeps {
  db: Db
  passwords: Passwords
  apiTokens: ApiTokenService
  audit: AuditLog
  accountNames: AccountNames
  clock: Clock
  newId: NewId
  userInitialize: boolean
}

export type UserService = ReturnType<typeof createUserService>

export function createUserService({ db, audit, ...deps }: UserServiceDeps) {
  async function insert(tx: Tx, user: NewUser, passwordHash: string, performer: Performer) {
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
    // Nobody may use the name of a deleted user again, since nobody administered that user.
    await deps.accountNames.take(tx, { id, name: user.username }, [])
    await audit.record(tx, {
      kind: 'user_create',
      namespace: undefined,
      performer,
      metadata: { username: user.username, superuser: user.superuser },
    })
    return id
  }

  function assertUser({ username, password, email }: Omit<NewUser, 'superuser'>, prefix = '') {
    const nameProblem = deps.accountNames.problem(username)
    const problems = [
      nameProblem && `Invalid namespace ${username}: ${nameProblem}`,
      email === undefined ? undefined : emailProblem(email),
      passwordProblem(password),
    ]
    assertNoProblem(...problems.map((problem) => problem && prefix + problem))
  }

  /** The error for a name or an address that is in use; any other error as it is. */
  async function inUse(error: unknown, username: string) {
    const constraint = uniqueViolation(error)
    if (constraint === undefined) return error
    if (constraint.includes('email')) return modelRefused('Email has already been used')
    const account = await findAccount(db, username)
    const by = account?.kind === 'organization' ? 'an organization and' : 'user'
    return modelRefused(`Username has already been taken by ${by} cannot be reused: ${username}`)
  }

  return {
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
      assertUser(user)
      const passwordHash = await deps.passwords.hash(user.password)
      try {
        return await withTransaction(db, (tx) => insert(tx, user, passwordHash, performer))
      } catch (error) {
        throw await inUse(error, user.username)
      }
    },

    /**
     * Creates the first user, as superuser, in an empty database.
     *
     * @returns an API token with every scope, if asked for
     * @throws {ServiceError} `not_found` where it is switched off, else `model_refused`
     */
    async initialize(user: Omit<NewUser, 'superuser'>, withToken: boolean, performer: Performer) {
      if (!deps.userInitialize) throw notFound()
      if (await hasAccounts(db)) throw notEmpty()
      assertUser(user, 'Failed to initialize user: ')
      const passwordHash = await deps.passwords.hash(user.password)
      return withTransaction(db, async (tx) => {
        await lockUntilCommit(tx, 'firstAccount')
        if (await hasAccounts(tx)) throw notEmpty()
        const userId = await insert(tx, { ...user, superuser: true }, passwordHash, performer)
        return withToken ? initialToken(tx, userId, user.username) : undefined
      })
    },
  }

  async function initialToken(tx: Tx, userId: string, username: string) {
    const applicationId = deps.newId()
    await insertApplication(tx, {
      id: applicationId,
      namespaceId: userId,
      clientId: username,
      name: 'automation',
      createdAt: deps.clock(),
    })
    const { token } = await deps.apiTokens.issue(tx, {
      userId,
      applicationId,
      name: 'initialize',
      scopes: SCOPES,
      expiresIn: INITIAL_TOKEN_LIFETIME,
    })
    return token
  }
}

const notEmpty = () => modelRefused('Cannot initialize user in a non-empty database')
