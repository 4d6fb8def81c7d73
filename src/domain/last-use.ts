const THRESHOLD_MS = 60_000

/** Whether a use is to be written down: the first, or one 60 s or more after the stored one. */
export const isNewUse = (stored: Date | null, now: Date) =>
  stored === null || now.getTime() - stored.getTime() >= THRESHOLD_MS
