import { getRouteApi } from '@tanstack/react-router'
import { useOwner } from '../shell/use-owner.ts'
import { Audit } from './audit.tsx'

const route = getRouteApi('/$kind/$owner/audit')

/** What happened in an organization, or to the user and their robots. */
export function OwnerAuditPage() {
  const owner = useOwner()
  return <Audit title={`Log of ${owner.name}`} source={owner} search={route.useSearch()} />
}
