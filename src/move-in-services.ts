import { type ComparisonDeps, createComparisons } from './services/move-in/comparisons.ts'
import { createMoveIn } from './services/move-in/move-in.ts'
import { createWrites, type WriteDeps } from './services/move-in/writes.ts'

/** The service that takes over what a Quay has; it writes through the others. */
export const createMoveInService = (deps: ComparisonDeps & WriteDeps) =>
  createMoveIn({ compare: createComparisons(deps), writes: createWrites(deps) })
