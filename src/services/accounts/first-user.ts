import type { Passwords } from '../../crypto/passwords.ts'
import { lockUntilCommit } from '../../db/advisory-locks.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { INITIAL_TOKEN_LIFETIME } from '../../domain/api-token-life.ts'
import { modelRefused, notFound } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { SCOPES } from '../../domain/scopes.ts'
import { hasAccounts } from '../../queries/accounts.ts'
import { insertApplication } from '../../queries/applications.ts'
import type { ApiTokenService } from '../applications/api-tokens.ts'
import type { NewUser, UserService } from './users.ts'

interface FirstUserDeps {
  db: Db
  users: UserService
  passwords: Passwords
  apiTokens: ApiTokenService
  clock: Clock
  newId: NewId
  userInitialize: boolean
}

export type FirstUser = ReturnType<typeof createFirstUser>

/** The first user, whom anybody may create while there is none, where the operator lets them. */
export function createFirstUser({ db, users, ...deps }: FirstUserDeps) {
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

  /**
   * Creates the first user, as superuser, in an empty database.
   *
   * @param follow what is made with it, in the same transaction
   * @throws {ServiceError} `not_found` where it is switched off, else `model_refused`
   */
  async function create<Made>(
    user: Omit<NewUser, 'superuser'>,
    performer: Performer,
    follow: (tx: Tx, created: Owner) => Promise<Made>,
  ): Promise<Made> {
    if (!deps.userInitialize) throw notFound()
    if (await hasAccounts(db)) throw notEmpty()
    users.assertNew(user, 'Failed to initialize user: ')
    const passwordHash = await deps.passwords.hash(user.password)
    return withTransaction(db, async (tx) => {
      await lockUntilCommit(tx, 'firstAccount')
      if (await hasAccounts(tx)) throw notEmpty()
      const id = await users.insert(tx, { ...user, superuser: true }, passwordHash, performer)
      return follow(tx, { id, name: user.username })
    })
  }

  return {
    /** Whether it would be created now. */
    isOpen: async () => deps.userInitialize && !(await hasAccounts(db)),

    create,

    /** Creates it. @returns an API token with every scope, if asked for. @throws as `create` does */
    initialize: (user: Omit<NewUser, 'superuser'>, withToken: boolean, performer: Performer) =>
      create(user, performer, async (tx, { id, name }) =>
        withToken ? initialToken(tx, id, name) : undefined,
      ),
  }
}

const notEmpty = () => modelRefused('Cannot initialize user in a non-empty database')
