import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { DeliveryList } from './delivery-list.tsx'
import {
  type Webhook,
  type WebhookOwner,
  webhookApi,
  webhookPath,
  webhooksKey,
} from './webhook-owner.ts'

interface Props {
  owner: WebhookOwner
  webhook: Webhook
}

/** A webhook: what it is told of, and its last deliveries. */
export function WebhookCard({ owner, webhook }: Props) {
  const { id, url, events, description, enabled } = webhook
  const queries = useQueryClient()
  const { secret, show, hide } = useHiddenSecret()
  const params = { path: { webhook_id: id } }
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (what: 'switch' | 'rotate') => {
      if (what === 'rotate') {
        const answer = await answerOf(
          webhookApi(owner).POST('/webhooks/{webhook_id}/secret', { params }),
        )
        show(answer.secret)
        return
      }
      const body = { enabled: !enabled }
      await answerOf(webhookApi(owner).PATCH('/webhooks/{webhook_id}', { params, body }))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: webhooksKey(owner) }),
  })
  return (
    <section className="card stack" aria-label={url}>
      <h2 className="wrapped">
        {url}
        {!enabled && <span className="tag">disabled</span>}
      </h2>
      {description && <p>{description}</p>}
      <p className="quiet">{events.join(', ')}</p>
      <div className="actions">
        <Button isPending={isPending} onPress={() => mutate('switch')}>
          {enabled ? 'Disable' : 'Enable'}
        </Button>
        <Button isPending={isPending} onPress={() => mutate('rotate')}>
          Make a new secret
        </Button>
        <ConfirmedButton
          title="Delete"
          what={url}
          run={() => answerOf(webhookApi(owner).DELETE('/webhooks/{webhook_id}', { params }))}
          refresh={[webhooksKey(owner)]}
          call={{ method: 'DELETE', path: `${webhookPath(owner)}/webhooks/${id}` }}
        >
          Nothing is told to it any more, and its deliveries are forgotten.
        </ConfirmedButton>
      </div>
      <FormProblem problem={error?.message} />
      {secret && (
        <SecretBox
          title="New secret, shown this once; the one before signs for a day, too"
          secret={secret}
          onHide={hide}
        />
      )}
      <DeliveryList owner={owner} webhookId={id} />
    </section>
  )
}
