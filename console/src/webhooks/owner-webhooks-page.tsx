import { useOwner } from '../shell/use-owner.ts'
import { Webhooks } from './webhooks.tsx'

/** Webhooks of an organization. */
export function OwnerWebhooksPage() {
  const { name } = useOwner()
  return <Webhooks owner={name} title={`Webhooks of ${name}`} />
}
