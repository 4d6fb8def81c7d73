import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { draftOf } from './application-draft.ts'
import { ApplicationFields } from './application-fields.tsx'
import { type Application, applicationsKey } from './application-queries.ts'

interface Props {
  orgname: string
  application: Application
}

/** Changes what is said of an application; what the form does not show stays. */
export function ApplicationForm({ orgname, application }: Props) {
  const queries = useQueryClient()
  const { client_id, redirect_uri, avatar_email } = application
  const [draft, setDraft] = useState(() => draftOf(application))
  const body = { ...draft, redirect_uri, avatar_email }
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () =>
      answerOf(
        api.PUT('/api/v1/organization/{orgname}/applications/{client_id}', {
          params: { path: { orgname, client_id }, query: { secret: false } },
          body,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: applicationsKey(orgname) }),
  })
  const path = `/api/v1/organization/${orgname}/applications/${client_id}?secret=false`
  return (
    <CardForm
      submit="Save"
      isPending={isPending}
      onSubmit={mutate}
      done={isSuccess ? 'Saved.' : undefined}
      after={<SameInAShell curl={asCurl({ method: 'PUT', path, body })} />}
    >
      <p>
        Client id <code>{client_id}</code>
      </p>
      <ApplicationFields draft={draft} onChange={setDraft} error={error} />
    </CardForm>
  )
}
