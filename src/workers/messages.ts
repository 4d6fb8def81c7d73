import type { Shared } from '../domain/peers.ts'

/** What a worker sends to the process that has started it. */
export type FromWorker =
  /** It serves. */
  | { say: 'ready' }
  | { say: 'tell'; topic: string; message: unknown }
  /** It wants the answers of all. */
  | { say: 'ask'; id: number; topic: string }
  | { say: 'answer'; id: number; topic: string; answer: unknown }
  /** It would do a work, and has what came of it until `since`. */
  | { say: 'want'; id: number; key: string; since: number }
  /** What came of a work that it was let do; without: it failed. */
  | { say: 'done'; key: string; shared?: Shared }

/** What a worker is sent. */
export type ToWorker =
  | { say: 'told'; topic: string; message: unknown }
  | { say: 'asked'; id: number; topic: string }
  | { say: 'answers'; id: number; answers: unknown[]; departed: unknown[] }
  /** What came of the work that it wanted to do; without: it may do it. */
  | { say: 'turn'; id: number; shared?: Shared }
