import { Checks } from '../parts/checks.tsx'
import { Field } from '../parts/field.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SCOPES } from '../parts/scopes.ts'
import type { ApplicationDraft } from './application-draft.ts'

interface Props {
  draft: ApplicationDraft
  onChange: (draft: ApplicationDraft) => void
  error: Error | null
}

/** What there is to say of an application; a refusal stands at its field. */
export function ApplicationFields({ draft, onChange, error }: Props) {
  const problem = problemOf(error, ['description', 'scopes', 'application_uri', 'name'])
  const change = (name: keyof ApplicationDraft) => (value: string) =>
    onChange({ ...draft, [name]: value })
  return (
    <>
      <Field
        label="Name"
        value={draft.name}
        onChange={change('name')}
        problem={problem.of.name}
        required
      />
      <Field
        label="Description"
        value={draft.description}
        onChange={change('description')}
        problem={problem.of.description}
      />
      <Field
        label="Its web page"
        value={draft.application_uri}
        onChange={change('application_uri')}
        problem={problem.of.application_uri}
      />
      <Checks
        label="What it may do for itself, in this organization"
        options={SCOPES}
        chosen={draft.scopes}
        onChange={(scopes) => onChange({ ...draft, scopes })}
        problem={problem.of.scopes}
      />
      <FormProblem problem={problem.rest} />
    </>
  )
}
