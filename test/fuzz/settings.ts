import fc from 'fast-check'

// FUZZ_SEED repeats a failure: it is the seed that a failing test prints. FUZZ_FACTOR makes every search longer.

export const FUZZ_SEED = Number(process.env.FUZZ_SEED || Math.floor(Math.random() * 2 ** 31))
export const FUZZ_FACTOR = Number(process.env.FUZZ_FACTOR || 1)

/** @param usual runs in an ordinary test run */
export const searching = <T>(usual = 200): fc.Parameters<T> => ({
  seed: FUZZ_SEED,
  numRuns: Math.ceil(usual * FUZZ_FACTOR),
})

/** Fails unless the property holds for all values that are tried. */
export const always = <T>(values: fc.Arbitrary<T>, holds: (value: T) => void, usual?: number) =>
  fc.assert(
    fc.property(values, (value) => {
      holds(value)
    }),
    searching<[T]>(usual),
  )
