import { uniqueViolation } from '../../db/driver-fault.ts'
import type { Db } from '../../db/types.ts'
import { emailInUse } from '../../domain/email-rules.ts'
import { invalidRequest, modelRefused } from '../../domain/errors.ts'
import { nameProblem } from '../../domain/names.ts'
import { reservedNames } from '../../domain/reserved-names.ts'
import { findAccount, namesInUse } from '../../queries/accounts.ts'

interface AccountNamesDeps {
  db: Db
  registryService: string
  registryHost: string
  names: { reserved: readonly string[] }
}

export type AccountNames = ReturnType<typeof createAccountNames>

/** Which names a user or an organization may have: none that another account has, be it of the other kind; and whose a name is. */
export function createAccountNames({ db, names, ...registry }: AccountNamesDeps) {
  const reserved = reservedNames({ ...registry, reserved: names.reserved })

  return {
    /** Whose name it is; null where it is nobody's. */
    find: (name: string) => findAccount(db, name),

    /** Says what is wrong with the name of a new account; undefined if nothing is. */
    problem: (name: string): string | undefined =>
      reserved.has(name.toLowerCase())
        ? 'The name is reserved: choose another one'
        : nameProblem(name),

    /** The error of an organization whose name another account has, as the unique index says; any other error as it is. */
    organizationNameTaken: (error: unknown) =>
      uniqueViolation(error) === undefined
        ? error
        : invalidRequest('A user or organization with this name already exists'),

    /** The same of a user, or of the user's e-mail address. */
    async userNameTaken(error: unknown, username: string) {
      const constraint = uniqueViolation(error)
      if (constraint === undefined) return error
      if (constraint.includes('email')) return emailInUse()
      const account = await findAccount(db, username)
      const by = account?.kind === 'organization' ? 'an organization and' : 'user'
      return modelRefused(`Username has already been taken by ${by} cannot be reused: ${username}`)
    },

    /** Accounts with names that were reserved after they had them: they go on working. */
    reservedInUse: () => namesInUse(db, [...reserved]),
  }
}
