import type { Clock } from './runtime.ts'

/** What came of work that one process did for all, and when (ms since 1970). */
export interface Shared {
  result: unknown
  at: number
}

/** The other processes of the same server. What goes between them can be copied: text, numbers, lists and plain objects. */
export interface Peers {
  /** Tells all others. */
  tell(topic: string, message: unknown): void
  /** Is told what others tell. */
  onTold(topic: string, listener: (message: never) => void): void
  /** Says what this process answers when one of them asks all. */
  answer(topic: string, give: () => Promise<unknown>): void
  /** The answers of all, its own among them; `departed`: the last ones of those that have ended since. */
  askAll(topic: string): Promise<{ answers: unknown[]; departed: unknown[] }>
  /**
   * Does work that one process is to do for all: waits where another is at it, and takes what came of it in any of them
   * after `since` (ms since 1970).
   */
  once(key: string, since: number, work: () => Promise<unknown>): Promise<Shared>
}

/** For a server of one process, which does all work itself. */
export const alone =
  (clock: Clock): Peers['once'] =>
  async (_key, _since, work) => ({ result: await work(), at: clock().getTime() })
