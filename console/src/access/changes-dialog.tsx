import { useMutation } from '@tanstack/react-query'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import type { RoleChange } from './changes.ts'
import { setRole } from './set-role.ts'

interface Props {
  changes: RoleChange[]
  onChange: (changes: RoleChange[]) => void
  onSaved: () => Promise<unknown>
  onClose: () => void
}

/** What was and what will be, before it is saved; what the service refuses stays. */
export function ChangesDialog({ changes, onChange, onSaved, onClose }: Props) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      let left = changes
      try {
        for (const change of changes) {
          await setRole(change.key, change.after)
          left = left.filter((one) => one !== change)
        }
      } finally {
        await onSaved()
        onChange(left)
      }
    },
    onSuccess: onClose,
  })
  return (
    <Dialog title="Save these changes?" onClose={onClose}>
      <ul className="diff">
        {changes.map(({ key, before, after }) => (
          <li key={`${key.kind} ${key.holder} ${key.repository}`}>
            {key.holder} in {key.namespace}/{key.repository}: <del>{before}</del> →{' '}
            <ins>{after}</ins>
          </li>
        ))}
      </ul>
      <p className="quiet">Roles by teams stay as they are.</p>
      <FormProblem problem={error?.message} />
      <div className="actions">
        <Button look="primary" isPending={isPending} onPress={() => mutate()}>
          Save
        </Button>
        <Button onPress={onClose}>Back</Button>
      </div>
    </Dialog>
  )
}
