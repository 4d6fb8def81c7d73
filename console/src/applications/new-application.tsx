import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { EMPTY } from './application-draft.ts'
import { ApplicationFields } from './application-fields.tsx'
import { applicationsKey } from './application-queries.ts'

/** Makes an application; its secret is shown then. */
export function NewApplication({ orgname }: { orgname: string }) {
  const queries = useQueryClient()
  const { secret, show, hide } = useHiddenSecret()
  const [draft, setDraft] = useState(EMPTY)
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () => {
      const { client_id, client_secret } = await answerOf(
        api.POST('/api/v1/organization/{orgname}/applications', {
          params: { path: { orgname } },
          body: draft,
        }),
      )
      show(`client_id=${client_id}\nclient_secret=${client_secret ?? ''}`)
    },
    onSuccess: async () => {
      setDraft(EMPTY)
      await queries.invalidateQueries({ queryKey: applicationsKey(orgname) })
    },
  })
  const path = `/api/v1/organization/${orgname}/applications`
  return (
    <CardForm
      title="New application"
      submit="Make the application"
      isPending={isPending}
      onSubmit={mutate}
      after={
        <>
          {secret && <SecretBox title="Its client id and secret" secret={secret} onHide={hide} />}
          <SameInAShell curl={asCurl({ method: 'POST', path, body: draft })} />
        </>
      }
    >
      <ApplicationFields draft={draft} onChange={setDraft} error={error} />
    </CardForm>
  )
}
