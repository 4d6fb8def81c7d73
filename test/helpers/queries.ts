import pg from 'pg'
import { vi } from 'vitest'

/** How many statements reach the database, on either engine, while `work` runs. */
export async function countQueries(work: () => PromiseLike<unknown>): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    return query.mock.calls.length
  } finally {
    query.mockRestore()
  }
}
