import type { Db } from '../../db/types.ts'
import type { Actor } from '../../domain/actor.ts'
import { assertMayActAs, includesRobotsOf } from '../../domain/delegation.ts'
import type { Owner } from '../../domain/owner.ts'
import { findRobotRights } from '../../queries/robot-rights.ts'

export type RobotHandOn = ReturnType<typeof createRobotHandOn>

/** Whether a caller, who administers the owner of a robot, may let others act as the robot. */
export const createRobotHandOn = (deps: { db: Db; superusersFullAccess: boolean }) => ({
  /**
   * @param name that of a robot, which need not exist
   * @throws {ServiceError} `insufficient_scope` where the robot may do what the caller's token does not reach
   */
  async toHandOn(actor: Actor, owner: Owner, name: string) {
    if (includesRobotsOf(actor, owner, deps.superusersFullAccess)) return
    assertMayActAs(actor, await findRobotRights(deps.db, owner.id, name))
  },
})
