import { Outlet } from '@tanstack/react-router'
import { OwnerSections } from './owner-sections.tsx'

/** What stands around the pages of an owner. */
export const OwnerPages = () => (
  <>
    <OwnerSections />
    <Outlet />
  </>
)
