import { useMutation } from '@tanstack/react-query'
import type { Tagged } from '../api/answer-of.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import type { Entry, RobotAddress } from '../robot/robot-query.ts'
import { entriesPath, removeEntry } from './entry-query.ts'

interface Props {
  address: RobotAddress
  stored: Tagged<Entry>
  onRefusal: (error: Error) => Promise<void>
  onDone: () => Promise<void>
  onClose: () => void
}

/** Asks before an entry is deleted: whom it admitted is refused from then on. */
export function DeleteEntryDialog({ address, stored, onRefusal, onDone, onClose }: Props) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => removeEntry({ ...address, id: stored.data.id }, stored.etag),
    onSuccess: onDone,
    onError: onRefusal,
  })
  return (
    <Dialog title="Delete this entry" onClose={onClose}>
      <p>
        Jobs with the subject <code>{stored.data.subject}</code> are refused from then on, unless
        another entry admits them, and the robot tokens that they have end at once.
      </p>
      <FormProblem problem={error?.message} />
      <div className="actions">
        <Button look="danger" isPending={isPending} onPress={() => mutate()}>
          Delete it
        </Button>
        <Button onPress={onClose}>Keep it</Button>
      </div>
      <SameInAShell
        curl={asCurl({ method: 'DELETE', path: `${entriesPath(address)}/${stored.data.id}` })}
      />
    </Dialog>
  )
}
