import { getRouteApi } from '@tanstack/react-router'
import { AdminSections } from '../admin/admin-sections.tsx'
import { Audit } from './audit.tsx'

const route = getRouteApi('/audit')

/** What happened in the whole installation, for superusers. */
export const InstallationAuditPage = () => (
  <>
    <AdminSections />
    <Audit title="Log of the installation" source="installation" search={route.useSearch()} />
  </>
)
