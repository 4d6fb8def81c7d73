import type { RandomBytes } from './runtime.ts'

/** Seconds that the secret before still signs after a rotation: 24 hours, or what is asked for, at most 30 days. */
export const OVERLAP_SECONDS = { usual: 86_400, most: 30 * 86_400 }

const PREFIX = 'whsec_'
/** Standard Webhooks: from 24 to 64. */
const BYTES = 32

export const generateWebhookSecret = (randomBytes: RandomBytes) =>
  PREFIX + randomBytes(BYTES).toString('base64')
