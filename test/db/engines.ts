import { createEmptyFolder, createEmptyPostgres, type EmptyDatabase } from '../helpers/postgres.ts'

export interface Engine {
  name: string
  createEmpty(): Promise<EmptyDatabase>
}

const url = process.env.TEST_DATABASE_URL || undefined

/** PGlite always, PostgreSQL when TEST_DATABASE_URL names a server. */
export const engines: Engine[] = [
  { name: 'pglite', createEmpty: createEmptyFolder },
  ...(url === undefined
    ? []
    : [{ name: 'postgresql', createEmpty: () => createEmptyPostgres(url) }]),
]
