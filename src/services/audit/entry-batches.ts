import { createBatches } from '../../db/batches.ts'
import type { Db } from '../../db/types.ts'
import { type AuditEntryRow, insertAuditEntries } from '../../queries/audit-entries.ts'

export type EntryBatches = ReturnType<typeof createEntryBatches>

/** Writes entries of which no webhook is told, and which no change comes with. */
export const createEntryBatches = ({ db }: { db: Db }) =>
  createBatches({
    async write(entries: AuditEntryRow[]) {
      await insertAuditEntries(db, entries)
      return entries
    },
    laneOf: () => '',
  })
