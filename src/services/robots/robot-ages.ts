import type { Db } from '../../db/types.ts'
import type { Owner } from '../../domain/owner.ts'
import { AGES, type Age, ageEnds, MOST_OF_AN_AGE } from '../../domain/robot-ages.ts'
import type { Clock } from '../../domain/runtime.ts'
import { countRobotsByLastUse, countSecretsByAge } from '../../queries/robot-ages.ts'

interface AgeCount<Of> {
  age: Of
  count: number
  /** Whether there may be more. */
  more: boolean
}

/** The youngest first. */
export interface RobotAges {
  robots: AgeCount<Age | 'never'>[]
  secrets: AgeCount<Age>[]
}

export type RobotAgeService = ReturnType<typeof createRobotAges>

/** Counts robots by their last use, and secrets that are good by their age, at a cost that has a bound. */
export const createRobotAges = ({ db, clock }: { db: Db; clock: Clock }) => ({
  async of(owner: Owner): Promise<RobotAges> {
    const now = clock()
    const counting = { namespaceId: owner.id, ends: ageEnds(now), most: MOST_OF_AN_AGE + 1 }
    const [used, made] = await Promise.all([
      countRobotsByLastUse(db, counting),
      countSecretsByAge(db, { ...counting, now }),
    ])
    const counted = <Of>(age: Of, count = 0, isMore = count > MOST_OF_AN_AGE) => ({
      age,
      count: Math.min(count, MOST_OF_AN_AGE),
      more: isMore,
    })
    return {
      robots: [...AGES, 'never' as const].map((age, at) => counted(age, used[at])),
      secrets: AGES.map((age, at) => counted(age, made.counts[at], made.looked > MOST_OF_AN_AGE)),
    }
  },
})
