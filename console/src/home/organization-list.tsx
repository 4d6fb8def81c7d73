import { Link } from '@tanstack/react-router'

interface Props {
  organizations: readonly { name: string; is_org_admin?: boolean }[]
}

/** Each organization that one belongs to, whether something needs attention there or not. */
export const OrganizationList = ({ organizations }: Props) => (
  <section className="card" aria-label="Organizations">
    <h2>Organizations</h2>
    {organizations.length === 0 && <p className="quiet">You belong to none.</p>}
    <ul className="organizations">
      {organizations.map(({ name, is_org_admin }) => (
        <li key={name}>
          <Link to="/$kind/$owner/robots" params={{ kind: 'orgs', owner: name }}>
            {name}
          </Link>{' '}
          <span className="quiet">{is_org_admin ? 'administrator' : 'member'}</span>
        </li>
      ))}
    </ul>
    {organizations.length > 0 && (
      <p>
        <Link to="/new-organization">New organization</Link>
      </p>
    )}
  </section>
)
