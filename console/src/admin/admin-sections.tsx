import { Link } from '@tanstack/react-router'
import { BeforePage } from '../shell/before-page.tsx'

const SECTIONS = [
  ['/admin/users', 'Users'],
  ['/admin/organizations', 'Organizations'],
  ['/admin/retired-names', 'Retired names'],
  ['/admin/webhooks', 'Webhooks'],
  ['/admin/keys', 'Keys'],
  ['/admin/settings', 'Settings'],
  ['/admin/sign-in', 'Sign-in'],
  ['/audit', 'Log'],
] as const

/** What there is for superusers. */
export const AdminSections = () => (
  <BeforePage>
    <nav className="sections" aria-label="Administration">
      <strong>Administration</strong>
      {SECTIONS.map(([to, title]) => (
        <Link key={to} to={to}>
          {title}
        </Link>
      ))}
    </nav>
  </BeforePage>
)
