import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { invalidRequest, ServiceError } from '../../domain/errors.ts'
import { nameProblem } from '../../domain/names.ts'
import { reservedNames } from '../../domain/reserved-names.ts'
import type { Clock } from '../../domain/runtime.ts'
import { isSuperuser } from '../../domain/superusers.ts'
import { namesInUse } from '../../queries/accounts.ts'
import { retireNamespace, takeNamespaceName } from '../../queries/retired-names.ts'

/** What Quay says of the name of a namespace that was deleted. */
const NOT_AVAILABLE = 'Username is not available'

interface AccountNamesDeps {
  db: Db
  clock: Clock
  registryService: string
  registryHost: string
  names: { reserved: readonly string[]; organizationCreation: 'anyone' | 'superusers' }
}

export type AccountNames = ReturnType<typeof createAccountNames>

/** Who may give which name to a user or an organization, and what becomes of names that are given up. */
export function createAccountNames({ db, clock, names, ...registry }: AccountNamesDeps) {
  const reserved = reservedNames({ ...registry, reserved: names.reserved })

  return {
    /** Says what is wrong with the name of a new account; undefined if nothing is. */
    problem: (name: string): string | undefined =>
      reserved.has(name.toLowerCase())
        ? 'The name is reserved: choose another one'
        : nameProblem(name),

    /** @throws {ServiceError} `insufficient_scope` where the operator leaves organizations to superusers */
    assertMayCreateOrganization({ actor }: Performer) {
      if (names.organizationCreation === 'anyone' || !actor || isSuperuser(actor)) return
      throw new ServiceError(
        'insufficient_scope',
        'Only superusers may create organizations here: ask one of them',
      )
    },

    /**
     * Lets an account have the name that it was given in this transaction.
     *
     * @param takers accounts that may take it again if they administered what was called so
     * @throws {ServiceError} `invalid_request` for a name that is retired for them
     */
    async take(tx: Tx, account: { id: string; name: string }, takers: string[]) {
      if (!(await takeNamespaceName(tx, account, takers))) throw invalidRequest(NOT_AVAILABLE)
    },

    /** Keeps the name that a namespace is about to give up from everybody who does not administer it. */
    retire: (tx: Tx, namespaceId: string) => retireNamespace(tx, namespaceId, clock()),

    /** Accounts that are called so since before the name was reserved: they go on working. */
    reservedInUse: () => namesInUse(db, [...reserved]),
  }
}
