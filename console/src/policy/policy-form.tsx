import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { policyKey, putPolicy } from './policy-queries.ts'
import { CHOICES, draftOf, type Policy, policyOf, TITLES } from './policy-words.ts'

interface Props {
  orgname: string
  decided: Policy
  /** Of what is decided: nobody's change is overwritten. */
  tag: string
}

/** Decides about the robots of the organization: stricter than the installation, never looser. */
export function PolicyForm({ orgname, decided, tag }: Props) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(decided))
  const body = policyOf(draft)
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => putPolicy(orgname, body, tag),
    onSuccess: () => queries.invalidateQueries({ queryKey: policyKey(orgname) }),
  })
  const change = (key: keyof Policy) => (value: string) => setDraft({ ...draft, [key]: value })
  const problem = problemOf(error, ['secret_max_lifetime', 'robots_max'])
  const path = `/api/v1/organization/${orgname}/robot-policy`
  return (
    <CardForm
      title={`What ${orgname} decides`}
      submit="Save the policy"
      isPending={isPending}
      onSubmit={mutate}
      problem={problem.rest}
      after={
        <SameInAShell
          curl={asCurl({ method: 'PUT', path, body })}
          yaml={organizationYaml({ kind: 'orgs', name: orgname }, { policy: body })}
        />
      }
    >
      <Field
        label={TITLES.secret_max_lifetime}
        hint="As 90d. Empty: as the installation decides."
        value={draft.secret_max_lifetime}
        onChange={change('secret_max_lifetime')}
        problem={problem.of.secret_max_lifetime}
      />
      <Field
        label={TITLES.robots_max}
        hint="A number. Empty: as the installation decides."
        value={draft.robots_max}
        onChange={change('robots_max')}
        problem={problem.of.robots_max}
      />
      {(Object.keys(CHOICES) as (keyof typeof CHOICES)[]).map((key) => (
        <Choice<string>
          key={key}
          label={TITLES[key]}
          value={draft[key]}
          onChange={change(key)}
          options={CHOICES[key]}
        />
      ))}
    </CardForm>
  )
}
