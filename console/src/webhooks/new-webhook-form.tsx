import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Checks } from '../parts/checks.tsx'
import { Field } from '../parts/field.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { EVENTS, type WebhookEvent } from './events.ts'
import { type WebhookOwner, webhookApi, webhookPath, webhooksKey } from './webhook-owner.ts'

/** Makes a webhook; what signs its posts is shown this once. */
export function NewWebhookForm({ owner }: { owner: WebhookOwner }) {
  const queries = useQueryClient()
  const { secret, show, hide } = useHiddenSecret()
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  const [events, setEvents] = useState<WebhookEvent[]>(['exchange.failing', 'secret.expiring'])
  const body = { url, events, ...(description && { description }) }
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () =>
      show((await answerOf(webhookApi(owner).POST('/webhooks', { body }))).secret),
    onSuccess: async () => {
      setUrl('')
      await queries.invalidateQueries({ queryKey: webhooksKey(owner) })
    },
  })
  const problem = problemOf(error, ['events', 'description', 'url'])
  return (
    <CardForm
      title="New webhook"
      submit="Make the webhook"
      isPending={isPending}
      onSubmit={mutate}
      problem={problem.rest}
      after={
        <>
          {secret && (
            <SecretBox title="Its secret, shown this once" secret={secret} onHide={hide} />
          )}
          <SameInAShell
            curl={asCurl({ method: 'POST', path: `${webhookPath(owner)}/webhooks`, body })}
          />
        </>
      }
    >
      <Field
        label="Address"
        hint="https://…, at a public address"
        value={url}
        onChange={setUrl}
        problem={problem.of.url}
        required
      />
      <Field
        label="Description"
        value={description}
        onChange={setDescription}
        problem={problem.of.description}
      />
      <Checks
        label="It is told when"
        options={EVENTS}
        chosen={events}
        onChange={setEvents}
        problem={problem.of.events}
      />
    </CardForm>
  )
}
