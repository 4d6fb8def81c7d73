import { type Db, isUnavailable } from '../db/client.ts'
import { ping } from '../db/ping.ts'
import type { SigningKeys } from './signing-keys.ts'

export type Health = ReturnType<typeof createHealth>

/** Whether the service can work, by the names that Quay gives its parts (quay-behaviour.md §4). */
export function createHealth({ db, signingKeys }: { db: Db; signingKeys: SigningKeys }) {
  const works = async (check: () => Promise<unknown>) => {
    try {
      await check()
      return true
    } catch (error) {
      if (isUnavailable(error)) return false
      throw error
    }
  }

  return {
    async instance() {
      const database = await works(() => ping(db))
      const serviceKey = database && (await works(() => signingKeys.jwks()))
      return { auth: database, database, service_key: serviceKey }
    },

    async endtoend() {
      const database = await works(() => ping(db))
      return { auth: database, database }
    },
  }
}
