import { z } from 'zod'
import { AGES, MOST_OF_AN_AGE } from '../domain/robot-ages.ts'

const most = MOST_OF_AN_AGE.toLocaleString('en')

const countOf = <Of extends string>(ages: readonly Of[]) =>
  z.object({
    age: z.enum(ages).describe('At most so long ago, and longer than the one before'),
    count: z.int(),
    more: z.boolean().describe(`Whether there may be more: nothing is counted beyond ${most}`),
  })

const exampleOf = (age: string, count: number) => ({ age, count, more: false })

export const RobotAgesSchema = z
  .object({
    robots: z
      .array(countOf([...AGES, 'never']).meta({ id: 'RobotUseCount' }))
      .describe('By the day of their last use, UTC'),
    secrets: z
      .array(countOf(AGES).meta({ id: 'SecretAgeCount' }))
      .describe(
        `Those that are good, by when they were made; of more than ${most} those of some robots`,
      ),
  })
  .meta({
    id: 'RobotAges',
    example: {
      robots: [
        ...[exampleOf('7d', 12), exampleOf('30d', 3), exampleOf('90d', 0)],
        ...[exampleOf('365d', 1), exampleOf('older', 0), exampleOf('never', 2)],
      ],
      secrets: [
        ...[exampleOf('7d', 1), exampleOf('30d', 2), exampleOf('90d', 9)],
        ...[exampleOf('365d', 5), exampleOf('older', 1)],
      ],
    },
  })
