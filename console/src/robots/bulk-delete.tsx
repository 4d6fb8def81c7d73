import { asCurl } from '../parts/as-curl.ts'
import { DeedDialog } from '../parts/deed-dialog.tsx'
import type { BulkProps } from './bulk.ts'
import { deleteRobots, deletionCall } from './bulk-calls.ts'

/** Deletes robots, once their number is typed. */
export const BulkDelete = ({ owner, names, onDone, onClose }: BulkProps) => (
  <DeedDialog
    title={names.length === 1 ? 'Delete a robot' : `Delete ${names.length} robots`}
    deed="Delete"
    mustType={String(names.length)}
    onDo={() => deleteRobots(owner, names).finally(onDone)}
    curl={asCurl(deletionCall(owner, names))}
    onClose={onClose}
  >
    <p>{names.join(', ')}</p>
    <p>Whatever runs with their secrets is refused at once. They do not come back.</p>
  </DeedDialog>
)
