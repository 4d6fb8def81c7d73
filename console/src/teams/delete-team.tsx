import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { DeedDialog } from '../parts/deed-dialog.tsx'
import { deleteTeam, type TeamAddress, teamPath, teamsKey } from './teams-query.ts'

interface Props {
  address: TeamAddress
  members: number
}

/** Deletes a team, once its name is typed. */
export function DeleteTeam({ address, members }: Props) {
  const [isAsked, setAsked] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { organization, team } = address
  async function remove() {
    await deleteTeam(address)
    await navigate({ to: '/$kind/$owner/teams', params: { kind: 'orgs', owner: organization } })
    await queries.invalidateQueries({ queryKey: teamsKey(organization) })
  }
  return (
    <>
      <Button look="danger" onPress={() => setAsked(true)}>
        Delete the team
      </Button>
      {isAsked && (
        <DeedDialog
          title={`Delete the team ${team}`}
          deed="Delete it"
          mustType={team}
          onDo={remove}
          curl={asCurl({ method: 'DELETE', path: teamPath(address) })}
          onClose={() => setAsked(false)}
        >
          <p>Its {members.toLocaleString('en')} members lose at once what they have by it.</p>
        </DeedDialog>
      )}
    </>
  )
}
