import { isAborted, isReadOnly } from '../../db/driver-fault.ts'
import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { auditableText, MAX_LAST_AGENT } from '../../domain/audit-sizes.ts'
import { isNewUse } from '../../domain/last-use.ts'
import type { Clock } from '../../domain/runtime.ts'
import { type RobotUse, touchRobot, type Use } from '../../queries/last-use.ts'

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

/** How a robot's credentials were used; a job has the subject of its identity token. */
export interface Usage extends Pick<RobotUse, 'by'> {
  subject?: string | undefined
}

/** The same of a robot, with how and from where it was. */
export function noteRobotUse(
  { db, clock }: { db: Db; clock: Clock },
  { id, lastAccessedAt }: { id: string; lastAccessedAt: Date | null },
  { by, subject }: Usage,
  { ip, userAgent }: Origin,
) {
  const agent = userAgent === undefined ? null : auditableText(userAgent, MAX_LAST_AGENT)
  return noteUse(clock, lastAccessedAt, (use) =>
    touchRobot(db, id, { ...use, by, ip: ip ?? null, agent, subject: subject ?? null }),
  )
}
