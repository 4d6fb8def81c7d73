import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { RepositoryField } from './repository-field.tsx'
import { ROLES, type Role } from './roles.ts'
import { rolesYaml } from './roles-yaml.ts'
import { type RoleKey, roleCall, setRole } from './set-role.ts'

interface Props {
  to: Omit<RoleKey, 'repository'>
  onChanged: () => Promise<unknown>
}

/** Gives a robot or a team a role in one more repository. */
export function GiveRoleForm({ to, onChanged }: Props) {
  const owner = useOwner()
  const [repository, setRepository] = useState('')
  const [role, setChosen] = useState<Role>('write')
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: async () => {
      await setRole({ ...to, repository }, role)
      await onChanged()
      return `${to.holder} has ${role} in ${repository}.`
    },
    onSuccess: () => setRepository(''),
  })
  const key = { ...to, repository: repository || 'REPOSITORY' }
  return (
    <CardForm
      title="Give it a role"
      submit="Give it"
      isPending={isPending}
      onSubmit={mutate}
      done={data}
      after={
        <SameInAShell curl={asCurl(roleCall(key, role))} yaml={rolesYaml(owner, [{ key, role }])} />
      }
    >
      <RepositoryField
        namespace={to.namespace}
        label={`Repository of ${to.namespace}`}
        value={repository}
        onChange={setRepository}
        problem={error?.message}
      />
      <Choice label="Role" value={role} onChange={setChosen} options={ROLES} />
    </CardForm>
  )
}
