import { limitWait } from '../../db/turn-timeout.ts'
import type { Db, Tx } from '../../db/types.ts'
import { invalidRequest } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Clock } from '../../domain/runtime.ts'
import { type Counted, countUpTo } from '../../queries/namespace-counts.ts'

/** How long a count well below its limit is used before it is taken again (ms). */
const BELIEVED_MS = 60_000
/** Up to this part of its limit a count is well below it. */
const WELL_BELOW = 0.9
/** How many counts are remembered, some 200 bytes each; the oldest is forgotten first. */
const MAX_REMEMBERED = 10_000

interface NamespaceLimitsDeps {
  db: Db
  limits: Record<Counted, number>
  clock: Clock
}

/** How many there may be, and where that is set. */
interface Bound {
  most: number
  setting: string
}

export type NamespaceLimits = ReturnType<typeof createNamespaceLimits>

/** Limits how much a namespace may have, so that no user can fill the database. Commands are not limited. */
export function createNamespaceLimits({ db, limits, clock }: NamespaceLimitsDeps) {
  const counts = new Map<string, { count: number; believedUntil: number }>()
  const queues = new Map<string, Promise<unknown>>()
  /** What is being made on the strength of a remembered count: the database does not count it yet. */
  const underWay = new Map<string, Set<Promise<unknown>>>()

  /** Whether the remembered count leaves room for sure; then counts one more. */
  function hasRoomForSure(key: string, limit: number) {
    const known = counts.get(key)
    if (!known || known.believedUntil <= clock().getTime()) return false
    if (known.count >= limit * WELL_BELOW) return false
    known.count += 1
    return true
  }

  function remember(key: string, count: number) {
    counts.delete(key)
    const [oldest] = counts.keys()
    if (oldest !== undefined && counts.size >= MAX_REMEMBERED) counts.delete(oldest)
    counts.set(key, { count, believedUntil: clock().getTime() + BELIEVED_MS })
  }

  async function watched<Result>(key: string, making: Promise<Result>): Promise<Result> {
    const all = underWay.get(key) ?? new Set()
    underWay.set(key, all.add(making))
    try {
      return await making
    } finally {
      all.delete(making)
      if (all.size === 0 && underWay.get(key) === all) underWay.delete(key)
    }
  }

  /** One at a time for each key on this server: otherwise several would find the same room. */
  function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      let isLate = false
      const begin = limitWait((why) => {
        isLate = true
        reject(why)
      })
      const turn = (queues.get(key) ?? Promise.resolve()).then(async () => {
        begin()
        if (!isLate) await work().then(resolve, reject)
        if (queues.get(key) === turn) queues.delete(key)
      })
      queues.set(key, turn)
    })
  }

  return {
    /**
     * Makes one more robot or repository. Far from a limit of the installation the count is remembered, so that most need
     * no statement: several servers together may go beyond it by what they make within a minute, and beyond the bound of
     * a policy by what they make at the same moment.
     *
     * @param own what a policy bounds the namespace to besides
     * @throws {ServiceError} `invalid_request` that names limit and setting
     */
    async withRoom<Result>(
      what: 'robots' | 'repositories',
      namespace: Owner,
      make: () => Promise<Result>,
      own?: Bound,
    ): Promise<Result> {
      const general = { most: limits[what], setting: settingFor(what) }
      const bound = own && own.most < general.most ? own : general
      const limit = bound.most
      const isRemembered = bound === general
      const key = `${what} ${namespace.id}`
      if (limit === Number.POSITIVE_INFINITY) return make()
      const isFar = () => isRemembered && hasRoomForSure(key, limit)
      if (isFar()) return watched(key, make())
      const { making } = await inTurn(key, async () => {
        // The next one need not wait for this one to be made.
        if (isFar()) return { making: watched(key, make()) }
        await Promise.allSettled(underWay.get(key) ?? [])
        const count = await countUpTo(db, what, namespace.id, limit)
        if (count >= limit) throw limitReached(namespace, what, bound)
        const made = await make()
        remember(key, count + 1)
        return { making: made }
      })
      return making
    },

    /**
     * Whether there is room for one more. The transaction must have locked the namespace, or the user who makes an
     * organization.
     *
     * @throws {ServiceError} `invalid_request` that names limit and setting
     */
    async assertRoom(tx: Tx, what: 'teams' | 'organizations', holder: Owner): Promise<void> {
      const limit = limits[what]
      if (limit === Number.POSITIVE_INFINITY) return
      if ((await countUpTo(tx, what, holder.id, limit)) >= limit) {
        throw limitReached(holder, what, { most: limit, setting: settingFor(what) })
      }
    },
  }
}

const settingFor = (what: Counted) => `limits.${what} in the configuration file of the service`

const limitReached = ({ name }: Owner, what: Counted, { most, setting }: Bound) =>
  invalidRequest(`Limit reached: ${name} can have ${most} ${what} (${setting})`)
