import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ROLES, type Role } from '../access/roles.ts'
import { shortNameOf } from '../api/owner.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { makeDefault } from './defaults-query.ts'

const KINDS = { robot: 'a robot', user: 'a person', team: 'a team' }

interface Props {
  organization: string
  onMade: () => Promise<unknown>
}

/** Gives somebody a role in repositories to come. */
export function NewDefaultForm({ organization, onMade }: Props) {
  const [kind, setKind] = useState<keyof typeof KINDS>('robot')
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('write')
  const [maker, setMaker] = useState('')
  const isShort = kind === 'robot' && !name.includes('+')
  const body = {
    role,
    delegate: {
      kind: kind === 'team' ? ('team' as const) : ('user' as const),
      name: isShort ? `${organization}+${name}` : name,
    },
    ...(maker && { activating_user: { name: maker } }),
  }
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      await makeDefault(organization, body)
      await onMade()
    },
    onSuccess: () => setName(''),
  })
  const problem = problemOf(error, ['activating', 'team', 'delegate', 'robot', 'name'])
  const { activating, rest, ...ofName } = { ...problem.of, rest: problem.rest }
  return (
    <CardForm
      title="Give a role in repositories to come"
      submit="Give it"
      isPending={isPending}
      onSubmit={mutate}
      problem={rest}
      after={
        <SameInAShell
          curl={asCurl({
            method: 'POST',
            path: `/api/v1/organization/${organization}/prototypes`,
            body,
          })}
          yaml={organizationYaml(
            { kind: 'orgs', name: organization },
            {
              default_permissions: [
                {
                  [kind]: kind === 'robot' ? shortNameOf(body.delegate.name) : name,
                  role,
                  ...(maker && { created_by: maker }),
                },
              ],
            },
          )}
        />
      }
    >
      <Choice label="To" value={kind} onChange={setKind} options={KINDS} />
      <Field
        label="Name"
        value={name}
        onChange={setName}
        problem={Object.values(ofName)[0]}
        required
      />
      <Choice label="Role" value={role} onChange={setRole} options={ROLES} />
      <Field
        label="Only in repositories made by (optional)"
        hint="Name of a person; empty: anybody"
        value={maker}
        onChange={setMaker}
        problem={activating}
      />
    </CardForm>
  )
}
