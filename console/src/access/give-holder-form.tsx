import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { ROLES, type Role } from './roles.ts'
import { rolesYaml } from './roles-yaml.ts'
import { type RoleKey, roleCall, setRole } from './set-role.ts'

const KINDS = { robot: 'a robot', user: 'a person', team: 'a team' }

interface Props {
  namespace: string
  repository: string
  onChanged: () => Promise<unknown>
}

/** Gives somebody a role in a repository. */
export function GiveHolderForm({ namespace, repository, onChanged }: Props) {
  const owner = useOwner()
  const [kind, setKind] = useState<keyof typeof KINDS>('robot')
  const [name, setName] = useState('')
  const [role, setChosen] = useState<Role>('write')
  // Robots are called by their short names here, as everywhere in their organization.
  const named = name || 'NAME'
  const holder = kind === 'robot' && !name.includes('+') ? `${namespace}+${named}` : named
  const key: RoleKey = { namespace, repository, kind, holder }
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: async () => {
      await setRole(key, role)
      await onChanged()
      return `${holder} has ${role}.`
    },
    onSuccess: () => setName(''),
  })
  return (
    <CardForm
      title="Give a role"
      submit="Give it"
      isPending={isPending}
      onSubmit={mutate}
      done={data}
      after={
        <SameInAShell curl={asCurl(roleCall(key, role))} yaml={rolesYaml(owner, [{ key, role }])} />
      }
    >
      <Choice label="To" value={kind} onChange={setKind} options={KINDS} />
      <Field label="Name" value={name} onChange={setName} problem={error?.message} required />
      <Choice label="Role" value={role} onChange={setChosen} options={ROLES} />
    </CardForm>
  )
}
