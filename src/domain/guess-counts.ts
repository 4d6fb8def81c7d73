import { createHash } from 'node:crypto'
import type { Network } from './client-networks.ts'
import { GUESS_WINDOW_MS, type GuessLimits } from './guess-limits.ts'
import type { Clock } from './runtime.ts'
import { createWindows, type Windows } from './time-windows.ts'

/** How many keys of each kind are counted at a time; each takes some 250 bytes. */
const MAX_KEYS = 10_000

/** One of the counts that a guess adds to. */
export interface GuessCount {
  add(): void
  subtract(): void
  forget(): void
  isFull(): boolean
  /** Whole seconds until it begins anew, at least 1. */
  secondsLeft(): number
}

/**
 * Counts wrong credentials by account, by network and by both, over a minute. Larger networks have counts, too: some
 * callers have many small ones.
 *
 * @param share lets others count, too, what these windows count
 */
export function createGuessCounts(
  clock: Clock,
  { ofPair, ofNetwork, ofAccount }: GuessLimits,
  share: (windows: Windows, name: string) => Windows = (windows) => windows,
) {
  const newWindows = (name: string) =>
    share(createWindows({ clock, windowMs: GUESS_WINDOW_MS, maxKeys: MAX_KEYS }), name)
  const [pairs, networks] = [newWindows('pairs'), newWindows('networks')]
  const accounts = newWindows('accounts')

  const countIn = (windows: typeof pairs, key: string, max: number): GuessCount => ({
    add: () => void windows.add(key),
    subtract: () => windows.subtract(key),
    forget: () => void windows.forget(key),
    isFull: () => windows.count(key) >= max,
    secondsLeft: () => windows.secondsLeft(key),
  })

  /** The counts that a guess adds to: `pair` of the account and the smallest network, and all others. */
  return (account: string, places: readonly [Network, ...Network[]]) => {
    const key = keyOf(account)
    const ofPlace = ({ name, factor }: Network) => countIn(pairs, `${key} ${name}`, ofPair * factor)
    const [smallest, ...larger] = places
    const pair = ofPlace(smallest)
    const others = [
      ...larger.map(ofPlace),
      ...places.map(({ name, factor }) => countIn(networks, name, ofNetwork * factor)),
      ...(ofAccount === undefined ? [] : [countIn(accounts, key, ofAccount)]),
    ]
    return { pair, others }
  }
}

/** A key of fixed length for an account, whose name a caller may send at any length. */
const keyOf = (account: string) => createHash('sha256').update(account).digest('base64')
