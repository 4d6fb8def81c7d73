import { SIGNING_KEY_LEEWAY } from './clock-differences.ts'

/** Seconds that a key signs: what an operator may choose, and what holds without a choice (30 days). */
export const SIGNING_SECONDS = { least: 3_600, most: 31_536_000, usual: 2_592_000 }

/** How long verifiers are told to keep the key set (seconds). */
export const KEY_SET_KEPT_SECONDS = 60

/** How long a server uses its copy of the keys before it asks the database again (seconds); alike on all servers. */
export const KEYS_REFRESHED_SECONDS = 30

/** An unknown key id makes a server ask the database sooner, at most once in so many seconds. */
export const UNKNOWN_KEY_PAUSE_SECONDS = 5

/**
 * Seconds that a new key is published before it signs. By then every server has read it, and so has every verifier that
 * keeps the key set for as long as it is told to.
 */
const PUBLISHED_AHEAD_SECONDS = 120

/**
 * Seconds that a retired key stays published: it signs until the one after it has been published for long enough and all
 * servers have noticed, and the last token that it signed lives as long as any.
 *
 * @param refreshSeconds until a server notices
 */
export const afterlifeOf = (refreshSeconds: number, tokenLifetimeSeconds: number) =>
  PUBLISHED_AHEAD_SECONDS + SIGNING_KEY_LEEWAY + refreshSeconds + tokenLifetimeSeconds

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
