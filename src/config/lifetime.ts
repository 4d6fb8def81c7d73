import { z } from 'zod'
import { LIFETIME_FORM, LIFETIME_RULE, parseLifetime } from '../domain/lifetime-text.ts'

/** How long something lives at most, in seconds. @param unlimited what `unlimited` stands for */
export const lifetime = (unlimited: number) =>
  z
    .string(LIFETIME_RULE)
    .regex(LIFETIME_FORM, { error: LIFETIME_RULE, abort: true })
    .refine((text) => parseLifetime(text) !== undefined, { error: LIFETIME_RULE, abort: true })
    .transform((text) => Math.min(parseLifetime(text) ?? unlimited, unlimited))
