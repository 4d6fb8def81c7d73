// What asking issuers may cost. `domain/issuer-key-life.ts` says how often they are asked.

/** Longest time of a fetch, redirects and body included (ms). */
export const FETCH_TIMEOUT = 4_000
/** Largest discovery document or key set (bytes), unpacked. */
export const MAX_DOCUMENT_BYTES = 64 * 1024
export const MAX_REDIRECTS = 3
/** How long an administrator waits who has an issuer asked (ms): less than the time of a request. */
export const PROBE_TIMEOUT = 5_000

/** Longest time for one question to one DNS server (ms), and how often it is asked. */
export const DNS_TIMEOUT = 1_000
export const DNS_TRIES = 2

/** How many issuers are remembered, beside those that are asked just now, and how much their keys take together (bytes). */
export const MAX_ISSUERS = 500
export const MAX_KEY_BYTES = 16 * 1024 * 1024

/** How many requests may wait for issuers: the other half is left to those that wait for none. */
export const mostWaiting = (maxRequests: number) => Math.ceil(maxRequests / 2)
/** How many of these places one issuer may take. */
export const mostOfIssuer = (places: number) => Math.ceil(places * 0.4)
/** How many may wait for one issuer, and on behalf of one network, once half of the places are taken. */
export const MAX_OF_ONE_IN_A_CROWD = 5
export const MAX_OF_CALLER_IN_A_CROWD = 20
