import type { Db } from '../../db/types.ts'
import {
  failuresSince,
  MOST_COUNTED,
  MOST_NAMED,
  type RobotMatter,
} from '../../domain/attention.ts'
import { logPeriod } from '../../domain/log-period.ts'
import type { RobotOwner } from '../../domain/owner.ts'
import type { BoundsOf } from '../../domain/policy-bounds.ts'
import { THE_INSTALLATION } from '../../domain/robot-policy.ts'
import { robotSearch } from '../../domain/robot-search.ts'
import type { Clock } from '../../domain/runtime.ts'
import { countFailures, countRobotMatters, type Failures } from '../../queries/attention.ts'
import type { AuditKind } from '../audit/audit-log.ts'

/** What was counted, each at one more than `MOST_COUNTED` at most. */
export interface Attention {
  /** Since when failures are counted. */
  since: Date
  robots: Record<RobotMatter, number>
  loginFailures: Failures
  issuerFailures: Failures
}

interface AttentionDeps {
  db: Db
  clock: Clock
  boundsOf: BoundsOf
}

export type AttentionService = ReturnType<typeof createAttention>

/** Counts what needs attention: of an owner or, where that is undefined, of the installation. */
export const createAttention = ({ db, clock, boundsOf }: AttentionDeps) => ({
  async of(owner: RobotOwner | undefined): Promise<Attention> {
    const now = clock()
    const since = failuresSince(now)
    const scope = owner
      ? { namespaceId: owner.id, namespaceName: owner.name }
      : ({ installation: true } as const)
    const most = MOST_COUNTED + 1
    const period = logPeriod({ starttime: since.toISOString(), endtime: undefined }, now)
    const failuresOf = (kind: AuditKind, by: 'robot' | 'issuer') =>
      countFailures(
        db,
        scope,
        { ...period, performer: undefined, kind },
        { by, most, named: MOST_NAMED },
      )
    const measure = { ...robotSearch({}, now), ...boundsOf(owner ?? THE_INSTALLATION) }
    const [robots, loginFailures, issuerFailures] = await Promise.all([
      countRobotMatters(db, owner?.id, measure, most),
      failuresOf('login_failure', 'robot'),
      failuresOf('issuer_failure', 'issuer'),
    ])
    return { since, robots, loginFailures, issuerFailures }
  },
})
