import { retryAborted } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import { isUnavailable } from '../../db/unavailability.ts'
import {
  type AuditEntryRow,
  insertAuditEntries,
  insertAuditEntry,
} from '../../queries/audit-entries.ts'

/** Most entries in one statement. */
const MOST = 50

interface Waiting {
  entry: AuditEntryRow
  written(): void
  failed(error: unknown): void
}

export type EntryBatches = ReturnType<typeof createEntryBatches>

/**
 * Writes entries of which no webhook is told, and which no change comes with: one at once, and those that come meanwhile
 * together, since a commit for each takes longer than all else about them.
 */
export function createEntryBatches({ db }: { db: Db }) {
  const waiting: Waiting[] = []
  let isWriting = false

  async function writeAlone({ entry, written, failed }: Waiting): Promise<void> {
    await retryAborted(() => insertAuditEntry(db, entry)).then(written, failed)
  }

  /**
   * Never rejects. Where one spoils the statement for the others, each is written by itself; not where the database cannot
   * write now, which all are told, since it may be long until it answers, and it may have written them.
   */
  async function writeBatch(batch: Waiting[]): Promise<void> {
    try {
      const entries = batch.map(({ entry }) => entry)
      await retryAborted(() => insertAuditEntries(db, entries))
      for (const { written } of batch) written()
    } catch (error) {
      if (isUnavailable(error)) for (const { failed } of batch) failed(error)
      else await Promise.all(batch.map(writeAlone))
    }
  }

  async function writeWaiting(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST)
      const [only] = batch
      if (only && batch.length === 1) await writeAlone(only)
      else await writeBatch(batch)
    }
    isWriting = false
  }

  return {
    /** Resolves once the entry is written. */
    write: (entry: AuditEntryRow) =>
      new Promise<void>((written, failed) => {
        waiting.push({ entry, written, failed })
        if (!isWriting) void writeWaiting()
      }),
  }
}
