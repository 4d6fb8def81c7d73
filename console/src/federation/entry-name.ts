import type { Entry } from '../robot/robot-query.ts'

/** What one of the entries is called, in the order in which they are tried: `entry 2`. */
export const entryName = (entries: readonly Entry[], id: string): string =>
  entries.length > 1 ? `entry ${1 + entries.findIndex((one) => one.id === id)}` : 'the entry'
