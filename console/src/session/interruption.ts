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
const listeners = new Set<() => void>()

function change(to: Pending | undefined) {
  pending = to
  for (const listener of listeners) listener()
}

/**
 * Has people sign in over the page; requests that need it meanwhile wait for the same.
 * @throws {Declined} where they do not
 */
export function askFor(kind: Interruption): Promise<void> {
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
