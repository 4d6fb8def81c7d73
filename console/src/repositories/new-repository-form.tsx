import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Owner } from '../api/owner.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { makeRepository, type Visibility } from './repository-calls.ts'
import { VisibilityChoice } from './visibility-choice.tsx'

/** Makes a repository, and goes there. */
export function NewRepositoryForm({ owner }: { owner: Owner }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [visibility, setVisibility] = useState<Visibility>('private')
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      await makeRepository({ namespace: owner.name, name }, visibility)
      await queries.invalidateQueries({ queryKey: ['repositories', owner.name] })
      await navigate({
        to: '/$kind/$owner/repositories/$repository',
        params: { kind: owner.kind, owner: owner.name, repository: name },
      })
    },
  })
  const body = { namespace: owner.name, repository: name || 'NAME', visibility, description: '' }
  return (
    <CardForm
      title="Make a repository"
      submit="Make it"
      isPending={isPending}
      onSubmit={mutate}
      after={
        <SameInAShell
          curl={asCurl({ method: 'POST', path: '/api/v1/repository', body })}
          yaml={organizationYaml(owner, { repositories: { [body.repository]: { visibility } } })}
        />
      }
    >
      <Field
        label="Name"
        hint="It may be nested: team/app"
        value={name}
        onChange={setName}
        problem={error?.message}
        required
      />
      <VisibilityChoice value={visibility} onChange={setVisibility} />
    </CardForm>
  )
}
