// How long ago robots were used, and secrets were made, as pictures show it.

const DAY_MS = 86_400_000

/** Ends of the younger ages (days). */
const AGE_DAYS = [7, 30, 90, 365] as const

/** What is not longer ago than this, and longer than what comes before it. */
export const AGES = [...AGE_DAYS.map((days) => `${days}d` as const), 'older'] as const
export type Age = (typeof AGES)[number]

/** Of each owner no more secrets are looked at, and no more robots of an age counted: two secrets of each of 10,000 robots. */
export const MOST_OF_AN_AGE = 20_000

/** When each age ends: nothing of it is from before; `older` has no end. */
export const ageEnds = (now: Date): Date[] =>
  AGE_DAYS.map((days) => new Date(now.getTime() - days * DAY_MS))
