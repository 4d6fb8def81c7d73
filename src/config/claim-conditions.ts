import { z } from 'zod'
import type { ClaimCondition } from '../domain/claim-conditions.ts'
import { claimsProblem } from '../domain/futile-entries.ts'

const CONDITION = 'must be a value, a list of values, or {glob: pattern}'
const value = z.union([z.string(), z.number(), z.boolean()])
const Condition = z.union([value, z.array(value).min(1), z.strictObject({ glob: z.string() })])

/** What claims must be, as `claims` of a federation entry. */
export const claimConditions = z
  .record(
    z.string(),
    z
      .unknown()
      .refine((input) => Condition.safeParse(input).success, { error: CONDITION, abort: true })
      .transform((condition) => condition as ClaimCondition),
    'must hold claims',
  )
  .superRefine((claims, context) => {
    const problem = claimsProblem(claims)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })
