import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { Button } from '../parts/button.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { type Delivery, type WebhookOwner, webhookApi, webhooksKey } from './webhook-owner.ts'

interface Props {
  owner: WebhookOwner
  webhookId: string
  delivery: Delivery
}

export function DeliveryRow({ owner, webhookId, delivery }: Props) {
  const queries = useQueryClient()
  const { id, type, created, state, attempts, last_attempt } = delivery
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      answerOf(
        webhookApi(owner).POST('/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver', {
          params: { path: { webhook_id: webhookId, delivery_id: id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...webhooksKey(owner), webhookId] }),
  })
  return (
    <tr>
      <th scope="row">
        {type}
        <p className="quiet">
          <RelativeTime time={created} />
        </p>
      </th>
      <td>
        {state}, {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
      </td>
      <td>
        <RelativeTime time={last_attempt?.at} />
        {last_attempt?.error && <p className="problem">{last_attempt.error}</p>}
      </td>
      <td>
        <Button isPending={isPending} aria-label={`Send ${type} again`} onPress={() => mutate()}>
          Send again
        </Button>
        {error && <p className="problem">{error.message}</p>}
      </td>
    </tr>
  )
}
