/** The current time; injected so that tests can move it. */
export type Clock = () => Date

/** Makes a UUIDv7 (RFC 9562 §5.7): unique, and sorted by the time it was made. */
export type NewId = () => string

/** Cryptographically secure random bytes. */
export type RandomBytes = (size: number) => Buffer
