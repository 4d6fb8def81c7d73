// How long is waited for the database (ms). A request has more (`plugins/request-timeouts.ts`).

/** Longest wait for a connection to a server, new or out of the pool, and then for its settings. */
export const CONNECT_TIMEOUT = 3_000

/** Longest wait for the one connection of the embedded database. */
export const EMBEDDED_CONNECT_TIMEOUT = 5_000

/** After this time the server gives a statement up. */
export const STATEMENT_TIMEOUT = 8_000

/** Longest silence of a server that is at work: one that is cut off cannot give a statement up. */
export const ANSWER_TIMEOUT = 9_000

/** The same where there are only look-ups, each of a few rows by an index: many wait for them, and nothing of theirs is lost. */
export const LOOK_UP_TIMEOUT = 5_000

/** Of a transaction: longest wait for its beginning, and longest time until its end. */
export const TRANSACTION_TIMEOUTS = { maxWait: 3_000, timeout: 9_000 }

/** Longest wait for another server that is applying migrations. */
export const MIGRATION_LOCK_TIMEOUT = 60_000
