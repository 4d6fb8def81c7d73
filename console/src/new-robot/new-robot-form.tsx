import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi, pathOf } from '../api/owner.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { nameProblem } from './name-problem.ts'

const MEANS = {
  secret: 'a secret, which is shown next',
  federation: 'federation alone: it has no secret',
}

interface Props {
  owner: Owner
  /** With its full name, and its secret, if it has one. */
  onMade: (name: string, token: string | undefined) => void
}

/** All that is said of a new robot. */
export function NewRobotForm({ owner, onMade }: Props) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [means, setMeans] = useState<keyof typeof MEANS>('secret')
  const [expiresIn, setExpiresIn] = useState('')
  const hasSecret = means === 'secret'
  const query = {
    ...(!hasSecret && { secret: false }),
    ...(hasSecret && expiresIn && { expires_in: expiresIn }),
  }
  const body = { description }
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () => {
      const robot = await answerOf(
        ownerApi(owner).PUT('/robots/{robot_shortname}', {
          params: { path: { robot_shortname: name }, query },
          body,
        }),
      )
      onMade(robot.name, robot.token)
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['robots', owner] }),
  })
  const problem = problemOf(error, ['expires_in', 'description', 'name', 'robot'])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  const parameters = new URLSearchParams(
    Object.entries(query).map(([key, value]) => [key, String(value)]),
  )
  const path = `${pathOf(owner)}/robots/${name || 'NAME'}${parameters.size > 0 ? `?${parameters}` : ''}`
  return (
    <form className="card form" onSubmit={submit}>
      <Field
        label="Name"
        hint={`It logs in as ${owner.name}+${name || 'name'}.`}
        value={name}
        onChange={setName}
        problem={nameProblem(name) ?? problem.of.name ?? problem.of.robot}
        required
        focused
      />
      <Field
        label="Description (optional)"
        value={description}
        onChange={setDescription}
        problem={problem.of.description}
      />
      <Choice label="It signs in by" value={means} onChange={setMeans} options={MEANS} />
      {hasSecret && (
        <Field
          label="The secret expires in"
          hint="As 90d or 12h. Empty: as the policy says, or never."
          value={expiresIn}
          onChange={setExpiresIn}
          problem={problem.of.expires_in}
        />
      )}
      <FormProblem problem={problem.rest} />
      <Button type="submit" look="primary" isPending={isPending}>
        Make the robot
      </Button>
      <SameInAShell curl={asCurl({ method: 'PUT', path, body })} />
    </form>
  )
}
