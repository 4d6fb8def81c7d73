import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { nameProblem } from '../new-robot/name-problem.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { TEAM_ROLES, type TeamRole } from './team-roles.ts'
import { teamYaml } from './team-yaml.ts'
import { putTeam, teamPath, teamsKey } from './teams-query.ts'

/** Makes a team, and goes there. */
export function NewTeamForm({ organization }: { organization: string }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [role, setRole] = useState<TeamRole>('member')
  const body = { role, description: '' }
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      await putTeam({ organization, team: name }, body)
      await queries.invalidateQueries({ queryKey: teamsKey(organization) })
      await navigate({
        to: '/$kind/$owner/teams/$team',
        params: { kind: 'orgs', owner: organization, team: name },
      })
    },
  })
  const address = { organization, team: name || 'NAME' }
  return (
    <CardForm
      title="Make a team"
      submit="Make it"
      isPending={isPending}
      onSubmit={mutate}
      after={
        <SameInAShell
          curl={asCurl({ method: 'PUT', path: teamPath(address), body })}
          yaml={teamYaml(address, body)}
        />
      }
    >
      <Field
        label="Name"
        value={name}
        onChange={setName}
        problem={nameProblem(name) ?? error?.message}
        required
      />
      <Choice
        label="In the organization it is"
        value={role}
        onChange={setRole}
        options={TEAM_ROLES}
      />
    </CardForm>
  )
}
