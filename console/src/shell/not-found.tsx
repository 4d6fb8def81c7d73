import { Link } from '@tanstack/react-router'
import { Page } from '../parts/page.tsx'

export const NotFound = () => (
  <Page title="No such page">
    <p>
      Nothing has this address. <Link to="/">What needs attention</Link> is at the beginning.
    </p>
  </Page>
)
