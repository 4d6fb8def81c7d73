import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { notFound } from '../../domain/errors.ts'
import type { NameSearch } from '../../domain/name-sort.ts'
import { isName } from '../../domain/names.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Page } from '../../domain/page.ts'
import { parseRepositoryPath } from '../../domain/repository-name.ts'
import {
  nameRetired,
  TAKERS_FOR_USER,
  takersForOrganization,
  takersForRename,
} from '../../domain/retired-names.ts'
import type { Clock } from '../../domain/runtime.ts'
import {
  listRetiredNames,
  releaseLeftRepository,
  releaseName,
  retireNamespace,
  takeNamespaceName,
} from '../../queries/retired-names.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { BY_NAME, type PageQuery, readPage } from '../paging.ts'

export interface RetiredName {
  /** `namespace`, or `namespace/repository`. */
  name: string
  retiredAt: Date
}

export type RetiredNames = ReturnType<typeof createRetiredNames>

/** Names under which a registry may still keep images: given up, taken again, and released by superusers. */
export function createRetiredNames(deps: { db: Db; audit: AuditLog; clock: Clock }) {
  /**
   * Checks that an account may have the name that this transaction has given it; the name is not retired any more then.
   *
   * @param takers accounts that may use the name again if they administered the one that had it before
   * @throws {ServiceError} `invalid_request` for a name that is retired for them
   */
  async function take(tx: Tx, account: Owner, takers: string[]) {
    if (!(await takeNamespaceName(tx, account, takers))) throw nameRetired()
  }

  return {
    takeForUser: (tx: Tx, user: Owner) => take(tx, user, TAKERS_FOR_USER),

    takeForOrganization: (tx: Tx, organization: Owner, ownerId: string) =>
      take(tx, organization, takersForOrganization(ownerId)),

    takeForRename: (tx: Tx, organization: Owner, performer: Performer) =>
      take(tx, organization, takersForRename(organization, performer)),

    /** Retires the name that a namespace gives up: only who administers the namespace may use it again. */
    retire: (tx: Tx, namespaceId: string) => retireNamespace(tx, namespaceId, deps.clock()),

    /** Those that have a text in them, by name; those of repositories under that of their namespace. */
    list: ({
      text = '',
      sort = 'name',
      ...query
    }: PageQuery & Partial<NameSearch>): Promise<Page<RetiredName>> =>
      readPage(query, BY_NAME, (slice) => listRetiredNames(deps.db, { ...slice, text, sort })),

    /**
     * Lets anybody take a name again who may create such a thing at all. Names of repositories under that of a
     * namespace stay retired.
     *
     * @throws {ServiceError} `not_found` where it is not retired
     */
    release: (name: string, performer: Performer) =>
      withTransaction(deps.db, async (tx) => {
        const at = deps.clock()
        const path = parseRepositoryPath(name)
        if (!path && !isName(name)) throw notFound()
        const isReleased =
          (await releaseName(tx, name, at)) ||
          (path !== undefined && (await releaseLeftRepository(tx, { ...path, at })))
        if (!isReleased) throw notFound()
        await deps.audit.record(tx, {
          kind: 'release_name',
          namespace: undefined,
          performer,
          metadata: { name },
        })
      }),
  }
}
