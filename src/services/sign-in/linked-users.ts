import { createHash } from 'node:crypto'
import { uniqueViolation } from '../../db/driver-fault.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Origin, Performer } from '../../domain/actor.ts'
import { claimAt } from '../../domain/claim-conditions.ts'
import { emailProblem } from '../../domain/email-rules.ts'
import { loginRefused, modelRefused, ServiceError } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Clock } from '../../domain/runtime.ts'
import { type Claims, makesUser, type SignInRules } from '../../domain/sign-in-rules.ts'
import {
  deleteExternalLogin,
  findLinkedUser,
  insertExternalLogin,
  type LinkedUser,
} from '../../queries/external-logins.ts'
import { deleteSessions } from '../../queries/sessions.ts'
import { findUserLogin } from '../../queries/user-logins.ts'
import type { AccountNames } from '../accounts/account-names.ts'
import type { UserService } from '../accounts/users.ts'
import type { AuditLog } from '../audit/audit-log.ts'

interface LinkedUsersDeps {
  db: Db
  users: UserService
  accountNames: AccountNames
  audit: AuditLog
  clock: Clock
}

/** Whom a provider speaks of. */
export interface ExternalIdentity {
  issuer: string
  subject: string
}

interface Newcomer {
  /** What people call the provider. */
  provider: string
  rules: SignInRules
  claims: Claims
  identity: ExternalIdentity
}

export type LinkedUsers = ReturnType<typeof createLinkedUsers>

/**
 * Which user a provider speaks of: by issuer and subject (OpenID Connect Core §2), which it gives to nobody else. By an e-mail
 * address, or by a name, nobody gets into the account of another.
 */
export function createLinkedUsers({ db, users, accountNames, audit, clock }: LinkedUsersDeps) {
  const record = (
    tx: Tx,
    kind: 'link_user' | 'unlink_user',
    user: Owner,
    { issuer, subject }: ExternalIdentity,
    performer: Performer,
  ) =>
    audit.record(tx, {
      kind,
      namespace: { id: user.id, name: user.name },
      performer,
      metadata: { username: user.name, issuer, subject },
    })

  async function link(tx: Tx, user: Owner, identity: ExternalIdentity, performer: Performer) {
    const { issuer, subject } = identity
    const login = { digest: digestOf(identity), userId: user.id, issuer, subject }
    await insertExternalLogin(tx, { ...login, createdAt: clock() })
    await record(tx, 'link_user', user, identity, performer)
  }

  /** @throws {ServiceError} `login_refused` where no user may be made, or not with the name that the provider gives */
  async function newName({ provider, rules, claims }: Newcomer): Promise<string> {
    if (!makesUser(rules, claims)) {
      throw loginRefused(
        `${provider} knows you, and no user here is linked with you: ask the operator for one (sign_in.providers, ` +
          'create_users), or to link yours (user link)',
      )
    }
    const username = claimAt(claims, rules.usernameClaim)
    if (typeof username !== 'string') {
      throw loginRefused(
        `${provider} does not say what you are called ("${rules.usernameClaim}"), so that there can be no user for you`,
      )
    }
    const problem = accountNames.problem(username)
    if (problem !== undefined) {
      throw loginRefused(
        `${provider} calls you "${username}", which no user here can be called: ${problem}`,
      )
    }
    if (!(await accountNames.find(username))) return username
    throw loginRefused(
      `${provider} calls you "${username}", and there is an account of this name already, which is not linked with you: ` +
        'ask the operator to link it (user link), where it is yours',
    )
  }

  /** The address, where the provider has checked it and nobody else here has it. */
  async function emailOf(tx: Tx, { email, email_verified: isVerified }: Claims) {
    if (typeof email !== 'string' || isVerified !== true || emailProblem(email)) return undefined
    return (await findUserLogin(tx, email)) ? undefined : email
  }

  async function create(newcomer: Newcomer, origin: Origin): Promise<LinkedUser> {
    const username = await newName(newcomer)
    return withTransaction(db, async (tx) => {
      const user = { username, email: await emailOf(tx, newcomer.claims), superuser: false }
      const id = await users
        .insert(tx, user, null, origin)
        .catch(whereRetired(newcomer.provider, username))
      await link(tx, { id, name: username }, newcomer.identity, origin)
      return { id, name: username, enabled: true, superuser: false }
    })
  }

  const foundOrNew = async (newcomer: Newcomer, origin: Origin) =>
    (await findLinkedUser(db, digestOf(newcomer.identity))) ?? create(newcomer, origin)

  return {
    /**
     * The user, who is made where a rule says so.
     *
     * @throws {ServiceError} `login_refused`
     */
    async findOrCreate(newcomer: Newcomer, origin: Origin): Promise<LinkedUser> {
      try {
        return await foundOrNew(newcomer, origin)
      } catch (error) {
        const isTaken = error instanceof ServiceError && error.code === 'login_refused'
        if (!isTaken && uniqueViolation(error) === undefined) throw error
        // A log-in beside may have made the user, or another one of that name or address: now it is there to be found.
        return foundOrNew(newcomer, origin)
      }
    },

    /** Links a user with whom a provider knows, by command. @throws {ServiceError} `model_refused` where somebody else is */
    link: (user: Owner, identity: ExternalIdentity, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const found = await findLinkedUser(tx, digestOf(identity))
        if (found) throw modelRefused(`The user ${found.name} is linked with that subject already`)
        await link(tx, user, identity, performer)
      }),

    /** Ends a link, and the sessions of the user, by command. @throws {ServiceError} `model_refused` where there is none */
    unlink: (user: Owner, identity: ExternalIdentity, performer: Performer) =>
      withTransaction(db, async (tx) => {
        if (!(await deleteExternalLogin(tx, user.id, digestOf(identity)))) {
          throw modelRefused(`The user ${user.name} is not linked with that subject`)
        }
        await deleteSessions(tx, user.id)
        await record(tx, 'unlink_user', user, identity, performer)
      }),
  }
}

/** Says to a person what is said to programs in Quay's words. */
const whereRetired =
  (provider: string, username: string) =>
  (error: unknown): never => {
    if (!(error instanceof ServiceError && error.code === 'invalid_request')) throw error
    throw loginRefused(
      `${provider} calls you "${username}", as somebody was called whose account was deleted: ask the operator to release ` +
        'the name (retired names)',
    )
  }

/** Both can be longer than a row of an index. */
const digestOf = ({ issuer, subject }: ExternalIdentity) =>
  createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest()
