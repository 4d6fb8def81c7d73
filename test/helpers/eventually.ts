import { vi } from 'vitest'

/** Waits until the check passes, for as long as a busy machine may need. */
export const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 })
