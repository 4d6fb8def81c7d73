import type { RandomBytes } from '../domain/runtime.ts'

const POOL_BYTES = 4096

/** Serves small wishes for random bytes, such as for ids, from a pool of 4 KiB that is filled at once; each byte is used once. */
export function createRandomPool(randomBytes: RandomBytes): RandomBytes {
  let pool: Buffer = Buffer.alloc(0)
  let used = 0
  return (size) => {
    if (used + size > pool.length) {
      pool = randomBytes(Math.max(size, POOL_BYTES))
      used = 0
    }
    used += size
    return pool.subarray(used - size, used)
  }
}
