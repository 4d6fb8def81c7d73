import { MAX_IDENTITY_TOKEN_BYTES } from '../domain/identity-token-size.ts'

// How large a request may be without its body (`body-limits.ts`), and how long it may take.

/**
 * Address and headers of a request: the longest identity token, in base64 with a name before it, and what proxies add.
 */
export const MAX_HEADER_BYTES = Math.ceil((MAX_IDENTITY_TOKEN_BYTES * 4) / 3) + 16_384

/** Longest path parameter, percent-encoded: names have 255 characters, and longer ones deserve a proper refusal. */
export const MAX_PARAM_LENGTH = 8192

/** Longest time that a request may take to arrive, and how often that is checked (ms). */
export const ARRIVAL_TIMEOUT = 30_000
export const ARRIVAL_CHECK_INTERVAL = 5_000

/**
 * Longest silence of a caller who is sending a request or taking an answer (ms). Longer than `WORK_TIMEOUT`: between the
 * two, both sides are silent.
 */
export const SILENCE_TIMEOUT = 15_000

/** Longest time that a request may be at work (ms). Statements have less (`db/timeouts.ts`). */
export const WORK_TIMEOUT = 10_000
