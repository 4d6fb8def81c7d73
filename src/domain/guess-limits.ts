/** For how long wrong credentials are counted (ms): from the first of them on. */
export const GUESS_WINDOW_MS = 60_000

/** How many wrong credentials in that time, from one subscriber's network (`domain/client-networks.ts`: more from larger ones). */
export interface GuessLimits {
  /** For one account from one network. */
  ofPair: number
  /** From one network, whoever the accounts are. */
  ofNetwork: number
  /** For one account, from wherever. */
  ofAccount?: number
}

/** Of passwords: they may be guessed, and each costs a hash. */
export const WRONG_PASSWORDS: GuessLimits = { ofPair: 10, ofNetwork: 100, ofAccount: 100 }

/** Of tokens: higher, as they cannot be guessed, and a build farm's jobs share one address. */
export const WRONG_TOKENS: GuessLimits = { ofPair: 60, ofNetwork: 600 }
