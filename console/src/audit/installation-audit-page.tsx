import { getRouteApi } from '@tanstack/react-router'
import { Audit } from './audit.tsx'

const route = getRouteApi('/audit')

/** What happened in the whole installation, for superusers. */
export const InstallationAuditPage = () => (
  <Audit title="Log of the installation" source="installation" search={route.useSearch()} />
)
