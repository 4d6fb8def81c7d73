import { isReadOnly } from '../../db/client.ts'
import { isAborted } from '../../db/driver-fault.ts'
import { isNewUse } from '../../domain/last-use.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Use } from '../../queries/last-use.ts'

/**
 * Notes that a credential was used, where that is new; the next read sees it. Nothing is noted in a database that takes no
 * changes for now, nor where another request was faster.
 *
 * @param touch writes the time, unless another request has done so since `stored` was read
 */
export async function noteUse(
  clock: Clock,
  stored: Date | null,
  touch: (use: Use) => Promise<unknown>,
): Promise<void> {
  const now = clock()
  if (!isNewUse(stored, now)) return
  await touch({ from: stored, to: now }).catch((error: unknown) => {
    if (!isReadOnly(error) && !isAborted(error)) throw error
  })
}
