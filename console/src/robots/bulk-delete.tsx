import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import { DeedDialog } from '../parts/deed-dialog.tsx'
import type { BulkProps } from './bulk.ts'
import { forEach } from './for-each.ts'

/** Deletes robots, once their number is typed. */
export function BulkDelete({ owner, names, onDone, onClose }: BulkProps) {
  const remove = (name: string) =>
    answerOf(
      ownerApi(owner).DELETE('/robots/{robot_shortname}', {
        params: { path: { robot_shortname: name } },
      }),
    )
  return (
    <DeedDialog
      title={names.length === 1 ? 'Delete a robot' : `Delete ${names.length} robots`}
      deed="Delete"
      mustType={String(names.length)}
      onDo={() => forEach(names, remove).finally(onDone)}
      onClose={onClose}
    >
      <p>{names.join(', ')}</p>
      <p>Whatever runs with their secrets is refused at once. They do not come back.</p>
    </DeedDialog>
  )
}
