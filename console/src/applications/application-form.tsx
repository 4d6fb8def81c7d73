import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Notice } from '../parts/notice.tsx'
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
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  const path = `/api/v1/organization/${orgname}/applications/${client_id}?secret=false`
  return (
    <form className="card form" onSubmit={submit}>
      <p>
        Client id <code>{client_id}</code>
      </p>
      <ApplicationFields draft={draft} onChange={setDraft} error={error} />
      <Button type="submit" look="primary" isPending={isPending}>
        Save
      </Button>
      {isSuccess && <Notice kind="done">Saved.</Notice>}
      <SameInAShell curl={asCurl({ method: 'PUT', path, body })} />
    </form>
  )
}
