import type { Owner } from '../api/owner.ts'

/** What is done with several robots. */
export interface BulkProps {
  owner: Owner
  /** Short. */
  names: string[]
  /** Also where it is refused: reads anew what is shown. */
  onDone: () => Promise<unknown>
  /** All of them are switched on or off. */
  onSwitched: () => void
  onClose: () => void
}
