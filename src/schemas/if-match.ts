import { z } from 'zod'
import { refusal } from './responses.ts'

/** Headers of a change that may be held to what its caller has seen. */
export const IfMatchSchema = z.object({
  'if-match': z
    .string()
    .optional()
    .describe('`ETag` of what the change is meant for; if it is another by now, the answer is 412'),
})

/** The header of answers that says what `If-Match` is compared with. */
export const TAG = { ETag: 'EntityTag' } as const

export const CHANGED_SINCE = { 412: refusal('It has changed since it was read (`If-Match`)') }
