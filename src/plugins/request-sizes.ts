import { MAX_IDENTITY_TOKEN_BYTES } from '../domain/identity-token-size.ts'

// How large a request may be without its body (`body-limits.ts`).

/**
 * Address and headers of a request: the longest identity token, in base64 with a name before it, and what proxies add.
 */
export const MAX_HEADER_BYTES = Math.ceil((MAX_IDENTITY_TOKEN_BYTES * 4) / 3) + 16_384

/** Longest path parameter, percent-encoded: names have 255 characters, and longer ones deserve a proper refusal. */
export const MAX_PARAM_LENGTH = 8192
