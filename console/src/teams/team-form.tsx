import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { components } from '../generated/openapi.d.ts'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { Notice } from '../parts/notice.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { TEAM_ROLES } from './team-roles.ts'
import { putTeam, type TeamAddress, teamsKey } from './teams-query.ts'

interface Props {
  address: TeamAddress
  team: components['schemas']['ListedTeam']
}

/** What a team is in its organization, and its description. */
export function TeamForm({ address, team }: Props) {
  const queries = useQueryClient()
  const [role, setRole] = useState(team.role)
  const [description, setDescription] = useState(team.description)
  const { mutate, isPending, error, isSuccess } = useMutation({
    mutationFn: () => putTeam(address, { role, description }),
    onSuccess: () => queries.invalidateQueries({ queryKey: teamsKey(address.organization) }),
  })
  const problem = problemOf(error, ['description'])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  return (
    <form className="card form" onSubmit={submit}>
      <h2>What it is</h2>
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
      <FormProblem problem={problem.rest} />
      {isSuccess && <Notice kind="done">Saved.</Notice>}
      <Button type="submit" look="primary" isPending={isPending}>
        Save
      </Button>
    </form>
  )
}
