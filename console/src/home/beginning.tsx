import { Link } from '@tanstack/react-router'
import { NewOrganizationForm } from '../organizations/new-organization-form.tsx'
import { useRegistryHost, useSession } from '../session/session-query.ts'

/** For who belongs to no organization yet: what comes first. */
export function Beginning() {
  const { user } = useSession()
  const host = useRegistryHost()
  return (
    <section className="stack" aria-label="Begin here">
      <h2>Begin here</h2>
      <p>
        Make an organization: it has repositories, robots that use them, and teams of people who
        may. The registry is <code>{host}</code>, as the operator says with{' '}
        <code>REGISTRY_HOST</code>
        {user.superuser && (
          <>
            ; <Link to="/admin/keys">what it is told</Link>, so that it trusts this service
          </>
        )}
        .
      </p>
      <NewOrganizationForm />
    </section>
  )
}
