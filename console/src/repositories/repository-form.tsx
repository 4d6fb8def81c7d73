import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../generated/openapi.d.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { problemOf } from '../parts/problem-of.ts'
import {
  describeRepository,
  type RepositoryAddress,
  repositoryKey,
  showRepositoryTo,
  type Visibility,
} from './repository-calls.ts'
import { VISIBILITIES } from './visibilities.ts'

interface Props {
  address: RepositoryAddress
  repository: components['schemas']['Repository']
}

/** Who may pull without a role, and the description: a request for each that changes. */
export function RepositoryForm({ address, repository }: Props) {
  const queries = useQueryClient()
  const before: Visibility = repository.is_public ? 'public' : 'private'
  const [visibility, setVisibility] = useState(before)
  const [description, setDescription] = useState(repository.description)
  const { mutate, isPending, error, isSuccess } = useMutation({
    mutationFn: async () => {
      if (description !== repository.description) await describeRepository(address, description)
      if (visibility !== before) await showRepositoryTo(address, visibility)
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: repositoryKey(address) }),
        queries.invalidateQueries({ queryKey: ['repositories', address.namespace] }),
      ]),
  })
  const problem = problemOf(error, ['description'])
  return (
    <CardForm
      title="What it is"
      submit="Save"
      isPending={isPending}
      onSubmit={mutate}
      problem={problem.rest}
      done={isSuccess ? 'Saved.' : undefined}
    >
      <Choice
        label="Pulling is for"
        value={visibility}
        onChange={setVisibility}
        options={VISIBILITIES}
      />
      <Field
        label="Description"
        lines={3}
        value={description}
        onChange={setDescription}
        problem={problem.of.description}
      />
    </CardForm>
  )
}
