import { Outlet } from '@tanstack/react-router'
import { AdminSections } from './admin-sections.tsx'

/** What stands around the pages of superusers. */
export const AdminPages = () => (
  <>
    <AdminSections />
    <Outlet />
  </>
)
