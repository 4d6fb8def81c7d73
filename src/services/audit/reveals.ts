import { isReadOnly } from '../../db/driver-fault.ts'
import { credentialIdOf, type Performer } from '../../domain/actor.ts'
import type { AuditKind } from './audit-log.ts'
import type { RepeatedEntries } from './repeated-entries.ts'

interface Reveal {
  kind: Extract<AuditKind, `reveal_${string}`>
  /** Whose secret it is. */
  namespace: { id: string; name: string }
  /** Says which secret; where it is empty, all of this kind in the namespace. */
  metadata: Record<string, string>
  performer: Performer
}

export type Reveals = ReturnType<typeof createReveals>

/**
 * Writes to the owner's log who was shown a stored secret again: once a minute for each API token and secret, with the
 * count.
 */
export const createReveals = (repeatedEntries: Pick<RepeatedEntries, 'note'>) => ({
  /**
   * To be called before the secret is shown: where the entry cannot be written, nothing is shown. Unless the database is
   * read-only, such as a standby: that is no reason to keep secrets from those who need them.
   */
  async note({ kind, namespace, metadata, performer }: Reveal): Promise<void> {
    const key = [
      kind,
      namespace.id,
      performer.actor && credentialIdOf(performer.actor),
      ...Object.values(metadata),
    ]
    try {
      await repeatedEntries.note(key.join(' '), { kind, namespace, metadata, performer })
    } catch (error) {
      if (!isReadOnly(error)) throw error
    }
  },
})
