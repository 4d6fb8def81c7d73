import type pg from 'pg'

const INTERVAL = 10 * 60_000

/**
 * Does what PostgreSQL's background processes would: PGlite has none, so that without checkpoints its
 * write-ahead log grows without end, and the recovery after a crash takes as long as replaying it.
 * Answers the function that stops it.
 */
export function startUpkeep(pool: pg.Pool, interval = INTERVAL): () => void {
  const timer = setInterval(async () => {
    try {
      await pool.query('VACUUM ANALYZE')
      await pool.query('CHECKPOINT')
    } catch {
      // Busy or closing: the next round makes up for it.
    }
  }, interval)
  timer.unref()
  return () => clearInterval(timer)
}
