import { useMutation } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { bodyOf, type RoleChange } from './changes.ts'
import { rolesYaml } from './roles-yaml.ts'

interface Props {
  changes: RoleChange[]
  onSaved: () => Promise<unknown>
  onClose: () => void
}

/** What was and what will be, before all of it is saved, or nothing. */
export function ChangesDialog({ changes, onSaved, onClose }: Props) {
  const owner = useOwner()
  const body = bodyOf(changes)
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const params = { path: { orgname: owner.name } }
      await answerOf(api.POST('/api/v1/organization/{orgname}/access', { params, body }))
      await onSaved()
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
      <p className="quiet">All of them are saved, or none. Roles by teams stay as they are.</p>
      <FormProblem problem={error?.message} />
      <div className="actions">
        <Button look="primary" isPending={isPending} onPress={() => mutate()}>
          Save
        </Button>
        <Button onPress={onClose}>Back</Button>
      </div>
      <SameInAShell
        curl={asCurl({ method: 'POST', path: `/api/v1/organization/${owner.name}/access`, body })}
        yaml={rolesYaml(
          owner,
          changes.map(({ key, after }) => ({ key, role: after })),
        )}
      />
    </Dialog>
  )
}
