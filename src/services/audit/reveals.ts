import { isReadOnly } from '../../db/client.ts'
import type { Performer } from '../../domain/actor.ts'
import type { AuditKind } from './audit-log.ts'
import type { RepeatedEntries } from './repeated-entries.ts'

interface Reveal {
  kind: Extract<AuditKind, `reveal_${string}`>
  /** Whose secret it is. */
  namespace: { id: string; name: string }
  /** Says which secret; without it all of the kind, of the namespace. */
  metadata: Record<string, string>
  performer: Performer
}

export type Reveals = ReturnType<typeof createReveals>

/** Who was shown a stored secret again stands in the log of its owner: once a minute for each token and secret, with the count. */
export const createReveals = (repeatedEntries: Pick<RepeatedEntries, 'note'>) => ({
  /**
   * To be called before the secret is shown: where the entry cannot be written, nothing is shown. A database that only
   * reads, as a standby does, is no reason to stop those who work.
   */
  async note({ kind, namespace, metadata, performer }: Reveal): Promise<void> {
    const key = [kind, namespace.id, performer.actor?.token.id, ...Object.values(metadata)]
    try {
      await repeatedEntries.note(key.join(' '), { kind, namespace, metadata, performer })
    } catch (error) {
      if (!isReadOnly(error)) throw error
    }
  },
})
