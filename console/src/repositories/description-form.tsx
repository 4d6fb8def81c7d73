import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Owner } from '../api/owner.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemAt } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import {
  describeRepository,
  type RepositoryAddress,
  refreshRepository,
  repositoryPath,
} from './repository-calls.ts'

interface Props {
  owner: Owner
  address: RepositoryAddress
  /** As it is now. */
  description: string
}

/** What a repository is, in words. */
export function DescriptionForm({ owner, address, ...stored }: Props) {
  const queries = useQueryClient()
  const [description, setDescription] = useState(stored.description)
  const { mutate, isPending, error, isSuccess } = useMutation({
    mutationFn: () => describeRepository(address, description),
    onSuccess: () => refreshRepository(queries, address),
  })
  return (
    <CardForm
      title="What it is"
      submit="Describe it"
      isPending={isPending}
      onSubmit={mutate}
      done={isSuccess ? 'Saved.' : undefined}
      after={
        <SameInAShell
          curl={asCurl({ method: 'PUT', path: repositoryPath(address), body: { description } })}
          yaml={organizationYaml(owner, { repositories: { [address.name]: { description } } })}
        />
      }
    >
      <Field
        label="Description"
        lines={3}
        value={description}
        onChange={setDescription}
        problem={problemAt(error, 'description')}
      />
    </CardForm>
  )
}
