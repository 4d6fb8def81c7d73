import { z } from 'zod'
import { didYouMean } from '../domain/nearest-name.ts'

/** How many unknown keys a refusal names. */
const MAX_NAMED_KEYS = 2

/**
 * An object in which a key that is misspelt, or that this version does not know, is refused: what it asks for must not be
 * taken for nothing.
 *
 * @param known what a refusal may propose
 */
export const strictObject = <Shape extends z.core.$ZodShape>(
  shape: Shape,
  known = Object.keys(shape),
) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined
      return issue.keys
        .slice(0, MAX_NAMED_KEYS)
        .map((key) => `unknown key '${key}': ${didYouMean(key, known)}`)
        .join(', ')
    },
  })
