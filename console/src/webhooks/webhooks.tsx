import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { NewWebhookForm } from './new-webhook-form.tsx'
import { WebhookCard } from './webhook-card.tsx'
import { type WebhookOwner, webhookApi, webhooksKey } from './webhook-owner.ts'

/** Who is told of what happens, and whether that worked. */
export function Webhooks({ owner, title }: { owner: WebhookOwner; title: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: webhooksKey(owner),
    queryFn: () => answerOf(webhookApi(owner).GET('/webhooks')),
  })
  return (
    <Page title={title}>
      <div className="stack">
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="webhooks" />}
        {data?.webhooks.length === 0 && (
          <p>There is no webhook. One posts events to an address of yours: to a chat, or a SIEM.</p>
        )}
        {data?.webhooks.map((webhook) => (
          <WebhookCard key={webhook.id} owner={owner} webhook={webhook} />
        ))}
        {data && <NewWebhookForm owner={owner} />}
      </div>
    </Page>
  )
}
