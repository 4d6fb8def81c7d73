/** Which of the processes of a server. */
export interface Place {
  /** From 0. */
  index: number
  of: number
}

/** The part of a limit that one of several processes may use: together they use all of it, and each something. */
export const shareOf = (limit: number, { index, of }: Place) =>
  Math.max(1, Math.floor(limit / of) + (index < limit % of ? 1 : 0))
