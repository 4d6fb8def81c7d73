/** The current time; injected so that tests can move it. */
export type Clock = () => Date

/** Makes a UUIDv7 (RFC 9562 §5.7): unique, and sorted by the time it was made. */
export type NewId = () => string

/** Whether a row can have this key; no other text needs to be looked for. */
export const isId = (text: string) =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)

/** Cryptographically secure random bytes. */
export type RandomBytes = (size: number) => Buffer

/** No row has this id: the nil UUID (RFC 9562 §5.9). */
export const NIL_ID = '00000000-0000-0000-0000-000000000000'
