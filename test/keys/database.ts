import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'

/** One database for all tests of a file, empty at the beginning of each. */
export function databaseOfEachTest() {
  let test: TestDatabase
  beforeAll(async () => {
    test = await createTestDatabase()
  })
  afterAll(() => test.drop())
  beforeEach(() => test.reset())
  return { db: () => test.database.db, reset: () => test.reset() }
}
