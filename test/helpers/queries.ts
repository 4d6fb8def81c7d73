import pg from 'pg'
import { vi } from 'vitest'

/** The texts of what reaches the database, on either engine, while `work` runs. */
export async function listQueries(work: () => PromiseLike<unknown>): Promise<string[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    return (query.mock.calls as unknown as [{ text: string } | string][]).map(([sent]) =>
      typeof sent === 'string' ? sent : sent.text,
    )
  } finally {
    query.mockRestore()
  }
}

/** How many statements reach the database while `work` runs. */
export const countQueries = async (work: () => PromiseLike<unknown>) =>
  (await listQueries(work)).length
