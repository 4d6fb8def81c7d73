/** Quay's options (seconds): none, a day, one, two and four weeks. The service only keeps the choice. */
const OPTIONS: ReadonlySet<number> = new Set([0, 86_400, 604_800, 1_209_600, 2_419_200])

export const isTagExpiration = (seconds: number) => OPTIONS.has(seconds)

/** Two weeks: what Quay shows for an account that chose nothing (seconds). */
export const DEFAULT_TAG_EXPIRATION = 1_209_600
