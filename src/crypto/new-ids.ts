import { v7 } from 'uuid'
import type { Clock, NewId, RandomBytes } from '../domain/runtime.ts'
import { createRandomPool } from './random-pool.ts'

/** Makes ids of rows: those of one millisecond, too, are in the order in which they were made, as long as one server does. */
export function createNewIds(deps: { clock: Clock; randomBytes: RandomBytes }): NewId {
  const randomBytes = createRandomPool(deps.randomBytes)
  let made = 0
  return () => v7({ msecs: deps.clock().getTime(), seq: made++ >>> 0, random: randomBytes(16) })
}
