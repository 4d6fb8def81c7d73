import { createHmac } from 'node:crypto'
import type { Origin } from './actor.ts'
import type { BasicCredentials } from './basic-credentials.ts'
import { networkOf } from './client-networks.ts'
import type { Clock, RandomBytes } from './runtime.ts'
import { createWindows } from './time-windows.ts'

/** Long enough: clients try again at once. */
const WINDOW_MS = 10_000
const MAX_KEYS = 5_000

/**
 * Tells a second try from a new log-in: clients that send a form first (containerd, BuildKit, Helm) send credentials that
 * were refused once more, as Basic.
 */
export function createSecondTries(deps: { clock: Clock; randomBytes: RandomBytes }) {
  const refused = createWindows({ ...deps, windowMs: WINDOW_MS, maxKeys: MAX_KEYS })
  const digestKey = deps.randomBytes(32)

  const keyOf = ({ username, password }: BasicCredentials, { ip }: Origin) =>
    createHmac('sha256', digestKey)
      .update(JSON.stringify([username, networkOf(ip), password]))
      .digest('base64')

  return {
    /** Remembers that a form with these credentials was refused. */
    expect: (credentials: BasicCredentials, origin: Origin) =>
      void refused.add(keyOf(credentials, origin)),

    /** Whether this is the second try of a form that was refused; each has one. */
    take(credentials: BasicCredentials, origin: Origin): boolean {
      if (refused.isEmpty()) return false
      const key = keyOf(credentials, origin)
      if (refused.count(key) === 0) return false
      refused.subtract(key)
      return true
    },
  }
}
