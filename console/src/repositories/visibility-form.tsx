import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Owner } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import {
  type RepositoryAddress,
  refreshRepository,
  repositoryPath,
  showRepositoryTo,
  type Visibility,
} from './repository-calls.ts'
import { VisibilityChoice } from './visibility-choice.tsx'

interface Props {
  owner: Owner
  address: RepositoryAddress
  repository: components['schemas']['Repository']
}

/** Who may pull without a role. */
export function VisibilityForm({ owner, address, repository }: Props) {
  const queries = useQueryClient()
  const [visibility, setVisibility] = useState<Visibility>(
    repository.is_public ? 'public' : 'private',
  )
  const { mutate, isPending, error, isSuccess } = useMutation({
    mutationFn: () => showRepositoryTo(address, visibility),
    onSuccess: () => refreshRepository(queries, address),
  })
  const path = `${repositoryPath(address)}/changevisibility`
  return (
    <CardForm
      title="Who may pull"
      submit="Save"
      isPending={isPending}
      onSubmit={mutate}
      problem={error?.message}
      done={isSuccess ? 'Saved.' : undefined}
      after={
        <SameInAShell
          curl={asCurl({ method: 'POST', path, body: { visibility } })}
          yaml={organizationYaml(owner, { repositories: { [address.name]: { visibility } } })}
        />
      }
    >
      <VisibilityChoice value={visibility} onChange={setVisibility} />
    </CardForm>
  )
}
