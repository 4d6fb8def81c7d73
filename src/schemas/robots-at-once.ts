import { MOST_AT_ONCE } from '../domain/changes-at-once.ts'
import { list } from './bounded.ts'
import { text } from './common.ts'
import { RobotPatchSchema } from './robot-change.ts'
import { strictObject } from './strict-object.ts'

const robots = list(text())
  .min(1)
  .max(MOST_AT_ONCE)
  .describe(`Short names, at most ${MOST_AT_ONCE}`)

export const RobotsChangeSchema = strictObject({ robots, change: RobotPatchSchema }).meta({
  id: 'RobotsChange',
  example: { robots: ['ci', 'deployer'], change: { enabled: false, reason: 'moved' } },
})

export const RobotsDeletionSchema = strictObject({ robots }).meta({
  id: 'RobotsDeletion',
  example: { robots: ['ci', 'deployer'] },
})
