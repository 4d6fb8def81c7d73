import type pg from 'pg'
import type { WithConnection } from './connections.ts'
import { isDatabaseError } from './driver-fault.ts'
import { STATEMENT_TIMEOUT } from './timeouts.ts'

// A pooler in transaction mode lends a session of PostgreSQL for a transaction at a time: what one client set or
// prepared in it is missing in the client's next one, and is there for another client.

/** The database is reached in a way that this server cannot work by; the message is for the operator. */
export class PoolerError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'PoolerError'
  }
}

/** How often it is tried: a session that others use at that moment is not the one that comes next. */
const ROUNDS = 3

/** SQLSTATE of a prepared statement that is missing, and of a name that is taken. */
const LOST_OR_TAKEN = ['26000', '42P05']

/**
 * Finds out whether statements that are prepared by name can be relied on, and settings of sessions. Without a pooler
 * that costs one query, with one a second connection.
 *
 * @throws {PoolerError} which says what to do
 */
export async function assertStatementsLast(
  client: pg.ClientBase,
  withOther: WithConnection,
): Promise<void> {
  if (!(await isPooled(client))) return
  const areShared = await withOther((other) => areSessionsShared(client, other))
  if (areShared) await assertSettings(client)
}

/** Whether the process that answers is another than the one that said at the log-in who it is. */
async function isPooled(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid !== (client as pg.ClientBase & { processID: number }).processID
}

/**
 * Whether two clients get to the same session, or one of them to several. Poolers lend the session that came back last
 * or, in turn, the one that came back first: one client that asks twice, and then another, meets either.
 *
 * @throws {PoolerError} where a prepared statement got lost, or was taken for another's, on the way
 */
async function areSessionsShared(one: pg.ClientBase, other: pg.ClientBase): Promise<boolean> {
  for (let round = 1; round <= ROUNDS; round++) {
    const probe = { name: `probe_${round}`, text: 'SELECT pg_backend_pid() AS pid' }
    const pids: (number | undefined)[] = []
    try {
      for (const client of [one, one, other]) {
        pids.push((await client.query<{ pid: number }>(probe)).rows[0]?.pid)
      }
    } catch (error) {
      if (!isDatabaseError(error) || !LOST_OR_TAKEN.includes(error.code ?? '')) throw error
      throw new PoolerError(
        'A pooler between this server and its database loses statements that are prepared by name, as PgBouncer does ' +
          'in transaction mode (before 1.21, or without max_prepared_statements). Set ' +
          'DATABASE_PREPARED_STATEMENTS=false, or have DATABASE_URL name PostgreSQL itself.',
        error,
      )
    }
    const [first, second, others] = pids
    if (first !== second || second === others) return true
  }
  return false
}

interface Setting {
  name: 'TimeZone' | 'statement_timeout'
  /** As it is now, and as any session of this role begins. */
  setting: string
  initial: string
  /** Quoted. */
  role: string
}

const SETTINGS = `SELECT name, setting, reset_val AS initial, quote_ident(session_user) AS role
  FROM pg_settings WHERE name IN ('TimeZone', 'statement_timeout') ORDER BY name COLLATE "C"`

/** What must be true of every session; in `NEEDED` as one sets it. */
const IS_RIGHT: Record<Setting['name'], (value: string) => boolean> = {
  TimeZone: (zone) => /^(Etc\/)?UTC$/i.test(zone),
  statement_timeout: (ms) => Number(ms) > 0 && Number(ms) <= STATEMENT_TIMEOUT,
}
const NEEDED: Record<Setting['name'], string> = {
  TimeZone: "'UTC'",
  statement_timeout: `'${STATEMENT_TIMEOUT / 1000}s'`,
}

/**
 * Where what a session is told does not last, sessions must begin as they have to be: times are sent and read as if in UTC.
 *
 * @throws {PoolerError} with the statements that make it so
 */
export async function assertSettings(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<Setting>(SETTINGS)
  const wrong = rows.filter(({ name, setting, initial }) =>
    [setting, initial].some((value) => !IS_RIGHT[name](value)),
  )
  if (wrong.length === 0) return
  const remedies = wrong.map(
    ({ name, role }) => `ALTER ROLE ${role} SET ${name} = ${NEEDED[name]};`,
  )
  throw new PoolerError(
    'Behind a pooler in transaction mode, and without prepared statements, sessions of the database must begin in UTC ' +
      `and with a timeout of ${STATEMENT_TIMEOUT / 1000} s at most. Run, then have the pooler open new connections ` +
      `(PgBouncer: RECONNECT): ${remedies.join(' ')}`,
  )
}
