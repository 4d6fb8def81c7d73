import { withTransaction } from '../../db/client.ts'
import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { notFound } from '../../domain/errors.ts'
import { isName } from '../../domain/names.ts'
import type { Page } from '../../domain/page.ts'
import { parseRepositoryPath } from '../../domain/repository-name.ts'
import type { Clock } from '../../domain/runtime.ts'
import {
  listRetiredNames,
  releaseLeftRepository,
  releaseName,
} from '../../queries/retired-names.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { BY_NAME, type PageQuery, readPage } from '../paging.ts'

export interface RetiredName {
  /** `namespace`, or `namespace/repository`. */
  name: string
  retiredAt: Date
}

export type RetiredNames = ReturnType<typeof createRetiredNames>

/** Names under which a registry may still keep images, as superusers see them. */
export function createRetiredNames(deps: { db: Db; audit: AuditLog; clock: Clock }) {
  return {
    /** By name; those of repositories under that of their namespace. */
    list: (query: PageQuery): Promise<Page<RetiredName>> =>
      readPage(query, BY_NAME, (slice) => listRetiredNames(deps.db, slice)),

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
