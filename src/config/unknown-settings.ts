import { z } from 'zod'
import { didYouMean } from '../domain/nearest-name.ts'

/**
 * Settings that stand together in the configuration file. One that is misspelt, or that this version does not know, is
 * refused: what it asks for must not be taken for nothing. Of variables, others' included, `unknown-variables.ts` warns.
 */
export const settings = <Shape extends z.core.$ZodShape>(shape: Shape) => z.strictObject(shape)

/** How it is refused. */
export const unknownSetting = (path: string, key: string, known: readonly string[]) =>
  `${path}: there is no such setting; ${didYouMean(key, known)}`
