import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Owner } from '../api/owner.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { DeedDialog } from '../parts/deed-dialog.tsx'
import { deleteRepository, type RepositoryAddress, repositoryPath } from './repository-calls.ts'

interface Props {
  owner: Owner
  address: RepositoryAddress
}

/** Deletes a repository, once its name is typed. */
export function DeleteRepository({ owner, address }: Props) {
  const [isAsked, setAsked] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  async function remove() {
    await deleteRepository(address)
    const params = { kind: owner.kind, owner: owner.name }
    await navigate({ to: '/$kind/$owner/repositories', params })
    await queries.invalidateQueries({ queryKey: ['repositories', owner.name] })
  }
  return (
    <>
      <Button look="danger" onPress={() => setAsked(true)}>
        Delete the repository
      </Button>
      {isAsked && (
        <DeedDialog
          title={`Delete ${address.namespace}/${address.name}`}
          deed="Delete it"
          mustType={address.name}
          onDo={remove}
          curl={asCurl({ method: 'DELETE', path: repositoryPath(address) })}
          onClose={() => setAsked(false)}
        >
          <p>
            Nobody has a role in it any more. Its images stay in the registry, and its name is
            retired: an administrator can make it again.
          </p>
        </DeedDialog>
      )}
    </>
  )
}
