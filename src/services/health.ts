import { assertWritable, ping } from '../db/ping.ts'
import type { Db } from '../db/types.ts'
import type { SigningKeys } from './keys/signing-keys.ts'

/** Longest time that a part may take to answer (ms). */
const PATIENCE = 3_000

/** Told why a part of the service does not work. */
type OnProblem = (error: unknown) => void

type Readiness = 'ready' | 'draining' | 'unavailable'

export type Health = ReturnType<typeof createHealth>

/** Whether the service can work, by the names that Quay gives its parts. */
export function createHealth({ db, signingKeys }: { db: Db; signingKeys: SigningKeys }) {
  let draining = false
  const reachable = createCheck(() => ping(db))
  const database = createCheck(() => assertWritable(db))
  const serviceKey = createCheck(() => signingKeys.jwks())

  return {
    async instance(onProblem: OnProblem) {
      const works = await database(onProblem)
      const hasKey = works && (await serviceKey(onProblem))
      return { auth: works, database: works, service_key: hasKey }
    },

    async endtoend(onProblem: OnProblem) {
      const works = await database(onProblem)
      return { auth: works, database: works }
    },

    /** Whether requests should be sent here. A read-only database will do: requests that only read are served. */
    async readiness(onProblem: OnProblem): Promise<Readiness> {
      if (draining) return 'draining'
      return (await reachable(onProblem)) ? 'ready' : 'unavailable'
    },

    /** Makes `readiness` say from now on that requests should go elsewhere. */
    drain() {
      draining = true
    },

    isDraining: () => draining,
  }
}

/** Finds out whether something works; callers who ask meanwhile share the answer. */
function createCheck(work: () => Promise<unknown>) {
  let asked: Promise<unknown> | undefined
  return async (onProblem: OnProblem): Promise<boolean> => {
    asked ??= inTime(work()).finally(() => {
      asked = undefined
    })
    try {
      await asked
      return true
    } catch (error) {
      onProblem(error)
      return false
    }
  }
}

async function inTime(work: Promise<unknown>) {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE)
  })
  try {
    await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
