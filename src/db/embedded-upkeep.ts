import type pg from 'pg'

const INTERVAL = 10 * 60_000

const TABLES = `
  SELECT oid::regclass::text AS table FROM pg_class
  WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'pg_catalog'::regnamespace)`

/**
 * Does from time to time (`interval`, in ms) what PostgreSQL's background processes would: PGlite has none. Without
 * checkpoints its write-ahead log grows without end, and the recovery after a crash takes as long as replaying it.
 *
 * @returns stops it
 */
export function startUpkeep(pool: pg.Pool, interval = INTERVAL): () => void {
  let timer: NodeJS.Timeout | undefined
  function wait() {
    timer = setTimeout(async () => {
      await keepUp(pool)
      if (timer) wait()
    }, interval).unref()
  }
  wait()
  return () => {
    clearTimeout(timer)
    timer = undefined
  }
}

async function keepUp(pool: pg.Pool): Promise<void> {
  try {
    // A statement for each table, so that other queries wait for one table at most.
    for (const { table } of (await pool.query(TABLES)).rows) {
      await pool.query(`VACUUM ANALYZE ${table}`)
    }
    await pool.query('CHECKPOINT')
  } catch {
    // Busy or closing: the next round makes up for it.
  }
}
