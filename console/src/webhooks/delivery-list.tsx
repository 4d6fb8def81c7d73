import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { Button } from '../parts/button.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Table } from '../parts/table.tsx'
import { DeliveryRow } from './delivery-row.tsx'
import { type WebhookOwner, webhookApi, webhooksKey } from './webhook-owner.ts'

interface Props {
  owner: WebhookOwner
  webhookId: string
}

/** What was posted, and what became of it; read once it is asked for. */
export function DeliveryList({ owner, webhookId }: Props) {
  const [isOpen, setOpen] = useState(false)
  const list = useInfiniteQuery({
    queryKey: [...webhooksKey(owner), webhookId],
    queryFn: ({ pageParam }) =>
      answerOf(
        webhookApi(owner).GET('/webhooks/{webhook_id}/deliveries', {
          params: {
            path: { webhook_id: webhookId },
            query: pageParam ? { next_page: pageParam } : {},
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
    enabled: isOpen,
  })
  if (!isOpen) return <Button onPress={() => setOpen(true)}>Show its deliveries</Button>
  const { data, error, refetch } = list
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="deliveries" />
  const deliveries = data.pages.flatMap((page) => page.deliveries)
  if (deliveries.length === 0) return <p>Nothing was posted to it in the last days.</p>
  return (
    <>
      <Table
        label="Deliveries"
        head={
          <>
            <th scope="col">Event</th>
            <th scope="col">State</th>
            <th scope="col">Last attempt</th>
            <th scope="col">Again</th>
          </>
        }
      >
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} owner={owner} webhookId={webhookId} delivery={delivery} />
        ))}
      </Table>
      <More list={list} />
    </>
  )
}
