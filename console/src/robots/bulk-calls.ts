import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi, pathOf } from '../api/owner.ts'
import type { Call } from '../parts/as-curl.ts'
import type { RobotPatch } from '../robot/robot-query.ts'

/** Makes the same change of several robots, or of none. @param robots short names */
export const changeRobots = (owner: Owner, robots: string[], change: RobotPatch) =>
  answerOf(ownerApi(owner).POST('/robot-changes', { body: { robots, change } }))

/** Deletes several robots, or none. */
export const deleteRobots = (owner: Owner, robots: string[]) =>
  answerOf(ownerApi(owner).POST('/robot-deletions', { body: { robots } }))

/** The same for a shell. */
export const changeCall = (owner: Owner, robots: string[], change: RobotPatch): Call => ({
  method: 'POST',
  path: `${pathOf(owner)}/robot-changes`,
  body: { robots, change },
})

export const deletionCall = (owner: Owner, robots: string[]): Call => ({
  method: 'POST',
  path: `${pathOf(owner)}/robot-deletions`,
  body: { robots },
})

/** The same of each of them, in a file for `quay-robots apply`. */
export const forAll = (robots: readonly string[], robot: object) => ({
  robots: Object.fromEntries(robots.map((name) => [name, robot])),
})
