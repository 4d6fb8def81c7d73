import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi, pathOf } from '../api/owner.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { bodyOf, type Draft, documentOf, EMPTY, queryOf } from './draft.ts'
import { NameField } from './name-field.tsx'
import { PermissionRows } from './permission-rows.tsx'

const MEANS = {
  secret: 'a secret, shown next',
  federation: 'the identity of its jobs',
}

/** Words of refusals, and whose field they are at; those that others contain come last. */
const FIELDS = ['permissions', 'expires_in', 'expires_at', 'label', 'description', 'name'] as const

interface Props {
  owner: Owner
  /** With its full name, its secret, if it has one, and what was said of it. */
  onMade: (name: string, token: string | undefined, draft: Draft) => void
}

/** All that is said of a new robot, which one request makes. */
export function NewRobotForm({ owner, onMade }: Props) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState(EMPTY)
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }))
  const [body, query] = [bodyOf(draft), queryOf(draft)]
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () => {
      const robot = await answerOf(ownerApi(owner).POST('/robots', { params: { query }, body }))
      onMade(robot.name, robot.token, draft)
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['robots', owner] }),
  })
  const problem = problemOf(error, FIELDS)
  const parameters = new URLSearchParams(
    Object.entries(query).map(([key, value]) => [key, String(value)]),
  )
  const path = `${pathOf(owner)}/robots${parameters.size > 0 ? `?${parameters}` : ''}`
  return (
    <CardForm
      submit="Make the robot"
      isPending={isPending}
      onSubmit={mutate}
      // Of fields that are folded away it says which one.
      problem={
        problem.rest ?? (problem.of.label || problem.of.expires_at ? error?.message : undefined)
      }
      after={
        <SameInAShell
          curl={asCurl({ method: 'POST', path, body: { ...body, name: body.name || 'NAME' } })}
          yaml={organizationYaml(owner, documentOf(draft))}
        />
      }
    >
      <NameField
        owner={owner}
        value={draft.name}
        onChange={(name) => set({ name })}
        problem={problem.of.name}
      />
      <Field
        label="Description (optional)"
        value={draft.description}
        onChange={(description) => set({ description })}
        problem={problem.of.description}
      />
      <PermissionRows
        namespace={owner.name}
        permissions={draft.permissions}
        onChange={(permissions) => set({ permissions })}
        problem={problem.of.permissions}
      />
      <Choice
        label="It signs in by"
        value={draft.signsInBy}
        onChange={(signsInBy) => set({ signsInBy })}
        options={MEANS}
        hint={
          draft.signsInBy === 'secret'
            ? 'Jobs of GitHub, GitLab, Kubernetes and others prove who they are: then there is no secret.'
            : 'It gets no secret. Which jobs may act as it is asked next.'
        }
      />
      {draft.signsInBy === 'secret' && (
        <Field
          label="The secret expires in"
          hint="As 90d or 12h. Empty: as the policy says, or never."
          value={draft.secretExpiresIn}
          onChange={(secretExpiresIn) => set({ secretExpiresIn })}
          problem={problem.of.expires_in}
        />
      )}
      <details className="same">
        <summary>Labels, and an end of the robot</summary>
        <Field
          label="Labels"
          hint="One a line, as team:web"
          lines={3}
          value={draft.labels}
          onChange={(labels) => set({ labels })}
          problem={problem.of.label}
        />
        <Field
          label="The robot expires on"
          hint="From the beginning of that day (UTC) it is refused everywhere. Empty: never."
          type="date"
          value={draft.expiresOn}
          onChange={(expiresOn) => set({ expiresOn })}
          problem={problem.of.expires_at}
        />
      </details>
    </CardForm>
  )
}
