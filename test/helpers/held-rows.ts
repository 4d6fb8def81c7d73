import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { TestService } from './service.ts'

/** What others do to rows while a request is on its way; SQL. */
export interface Others {
  /** Locks rows. */
  hold: string
  /** Happens to them once the request waits for the rows, or is answered. */
  change?: string
}

/** Sends a request, or does other work, while a transaction of others is open on PostgreSQL. @returns whether it waited for them */
export async function sendDuring<Answer>(
  { database }: TestService,
  { hold, change }: Others,
  send: () => PromiseLike<Answer>,
): Promise<{ waited: boolean; answer: Answer }> {
  const others = new pg.Client(database.options.databaseUrl)
  await others.connect()
  try {
    await others.query('BEGIN')
    const held = await others.query(hold)
    if (held.rowCount === 0) throw new Error(`no such rows: ${hold}`)
    let answered = false
    const answer = send().then((response) => {
      answered = true
      return response
    })
    const isWaiting = async () => (await others.query(WAITING)).rowCount !== 0
    let waited = await isWaiting()
    while (!waited && !answered) {
      await sleep(2)
      waited = await isWaiting()
    }
    if (change !== undefined) await others.query(change)
    await others.query('COMMIT')
    return { waited, answer: await answer }
  } finally {
    await others.end()
  }
}

/** Of `pg_locks`: a transaction sees no connections in `pg_stat_activity` that were opened since it looked first. */
const WAITING = `
  SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`
