/**
 * Seconds that a new key is published before it signs. By then every server has read it (30 s), and so has
 * every verifier that keeps the key set for as long as it is told to (60 s).
 */
const PUBLISHED_AHEAD_SECONDS = 120
/** By so much clocks of servers and verifiers may differ, with the time that a rotation takes to commit. */
const LEEWAY_SECONDS = 60
/** Seconds for which a retired key may still sign, not counting the time until servers notice. */
export const AFTERLIFE_SECONDS = PUBLISHED_AHEAD_SECONDS + LEEWAY_SECONDS

/**
 * The key that signs: the newest that was published for long enough, else the oldest one.
 *
 * @param keys the newest first
 */
export function signingKeyOf<Key extends { createdAt: Date }>(
  keys: readonly Key[],
  now: Date,
): Key | undefined {
  const since = now.getTime() - PUBLISHED_AHEAD_SECONDS * 1000
  return keys.find(({ createdAt }) => createdAt.getTime() <= since) ?? keys.at(-1)
}

/** Never negative: clocks can be set back. */
export const secondsBetween = (one: Date, another: Date) =>
  Math.abs(another.getTime() - one.getTime()) / 1000
