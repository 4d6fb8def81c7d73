import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../generated/openapi.d.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { TEAM_ROLES } from './team-roles.ts'
import { teamYaml } from './team-yaml.ts'
import { putTeam, type TeamAddress, teamPath, teamsKey } from './teams-query.ts'

interface Props {
  address: TeamAddress
  team: components['schemas']['ListedTeam']
}

/** What a team is in its organization, and its description. */
export function TeamForm({ address, team }: Props) {
  const queries = useQueryClient()
  const [role, setRole] = useState(team.role)
  const [description, setDescription] = useState(team.description)
  const body = { role, description }
  const { mutate, isPending, error, isSuccess } = useMutation({
    mutationFn: () => putTeam(address, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: teamsKey(address.organization) }),
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
      after={
        <SameInAShell
          curl={asCurl({ method: 'PUT', path: teamPath(address), body })}
          yaml={teamYaml(address, body)}
        />
      }
    >
      <Choice
        label="In the organization it is"
        value={role}
        onChange={setRole}
        options={TEAM_ROLES}
      />
      <Field
        label="Description"
        value={description}
        onChange={setDescription}
        problem={problem.of.description}
      />
    </CardForm>
  )
}
