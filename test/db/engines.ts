import { createEmptyPglite, createEmptyPostgres, type EmptyDatabase } from '../helpers/postgres.ts'

export interface Engine {
  name: string
  createEmpty(): Promise<EmptyDatabase>
}

const url = process.env.TEST_DATABASE_URL || undefined

/** The engine of this run: PostgreSQL where TEST_DATABASE_URL names a server, otherwise PGlite. */
export const engine: Engine =
  url === undefined
    ? { name: 'pglite', createEmpty: createEmptyPglite }
    : { name: 'postgresql', createEmpty: () => createEmptyPostgres(url) }
