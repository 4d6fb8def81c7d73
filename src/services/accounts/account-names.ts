import type { Db, Tx } from '../../db/types.ts'
import { invalidRequest } from '../../domain/errors.ts'
import { nameProblem } from '../../domain/names.ts'
import { reservedNames } from '../../domain/reserved-names.ts'
import type { Clock } from '../../domain/runtime.ts'
import { namesInUse } from '../../queries/accounts.ts'
import { retireNamespace, takeNamespaceName } from '../../queries/retired-names.ts'

/** Quay's words for the name of a namespace that was deleted. */
const NOT_AVAILABLE = 'Username is not available'

interface AccountNamesDeps {
  db: Db
  clock: Clock
  registryService: string
  registryHost: string
  names: { reserved: readonly string[] }
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

    /**
     * Checks that an account may have the name that this transaction has given it; the name is not retired any more then.
     *
     * @param takers accounts that may use the name again if they administered the one that had it before
     * @throws {ServiceError} `invalid_request` for a name that is retired for them
     */
    async take(tx: Tx, account: { id: string; name: string }, takers: string[]) {
      if (!(await takeNamespaceName(tx, account, takers))) throw invalidRequest(NOT_AVAILABLE)
    },

    /** Retires the name that a namespace gives up: only who administers the namespace may use it again. */
    retire: (tx: Tx, namespaceId: string) => retireNamespace(tx, namespaceId, clock()),

    /** Accounts with names that were reserved after they had them: they go on working. */
    reservedInUse: () => namesInUse(db, [...reserved]),
  }
}
