import type { Comparison } from '../../domain/move-in-plan.ts'

export const MISSING: Comparison = { is: 'missing' }
export const SAME: Comparison = { is: 'same' }

/** @param differing a word for each part, undefined where that is the same */
export function comparedBy(...differing: (string | false | undefined)[]): Comparison {
  const what = differing.filter((word) => typeof word === 'string')
  return what.length === 0 ? SAME : { is: 'other', what }
}

export const roleCompared = (here: string | undefined, there: string): Comparison =>
  here === undefined ? MISSING : comparedBy(here !== there && `${here} here, ${there} there`)
