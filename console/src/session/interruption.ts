import { Declined } from '../api/refusal.ts'

/** What the page is interrupted for: the session has ended, or its log-in was too long ago. */
export type Interruption = 'sign-in' | 'sudo'

interface Pending {
  kind: Interruption
  done: Promise<void>
  resolve: () => void
  reject: (reason: Error) => void
}

let pending: Pending | undefined
let resumed = 0
const listeners = new Set<() => void>()

function change(to: Pending | undefined) {
  pending = to
  for (const listener of listeners) listener()
}

/** How often people have signed in over the page so far. */
export const timesResumed = (): number => resumed

/**
 * Has people sign in over the page; requests that need it meanwhile wait for the same.
 * @param since how often they had when the request was sent: who has since is not asked again
 * @throws {Declined} where they do not
 */
export function askFor(kind: Interruption, since = resumed): Promise<void> {
  if (since !== resumed) return Promise.resolve()
  if (pending) {
    // A new session is fresh, too.
    if (kind === 'sign-in') change({ ...pending, kind })
    return pending.done
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  change({ kind, done: promise, resolve, reject })
  return promise
}

/** Ends the interruption: the requests go on. */
export function resume(): void {
  resumed += 1
  pending?.resolve()
  change(undefined)
}

/** Ends the interruption: the requests fail. */
export function decline(): void {
  pending?.reject(new Declined())
  change(undefined)
}

export const currentInterruption = (): Interruption | undefined => pending?.kind

/** For `useSyncExternalStore`. */
export function onInterruption(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
