import { Link } from '@tanstack/react-router'
import { BeforePage } from './before-page.tsx'
import { useLinkInSight } from './use-link-in-sight.ts'
import { useOwner } from './use-owner.ts'

/** In the order in which they are looked for; who may see one is said by its page. */
const SECTIONS = [
  { to: '/$kind/$owner/robots', title: 'Robots', of: ['orgs', 'users'] },
  { to: '/$kind/$owner/access', title: 'Access', of: ['orgs'] },
  { to: '/$kind/$owner/repositories', title: 'Repositories', of: ['orgs', 'users'] },
  { to: '/$kind/$owner/teams', title: 'Teams', of: ['orgs'] },
  { to: '/$kind/$owner/default-permissions', title: 'Default permissions', of: ['orgs'] },
  { to: '/$kind/$owner/applications', title: 'Applications', of: ['orgs'] },
  { to: '/$kind/$owner/policy', title: 'Policy', of: ['orgs'] },
  { to: '/$kind/$owner/issuers', title: 'Issuers', of: ['orgs'] },
  { to: '/$kind/$owner/webhooks', title: 'Webhooks', of: ['orgs'] },
  { to: '/$kind/$owner/audit', title: 'Log', of: ['orgs', 'users'] },
] as const

/** What there is to see of an organization, or of a user. */
export function OwnerSections() {
  const { kind, name } = useOwner()
  return (
    <BeforePage>
      <Sections key={kind} kind={kind} name={name} />
    </BeforePage>
  )
}

function Sections({ kind, name }: ReturnType<typeof useOwner>) {
  const { links, edges } = useLinkInSight()
  return (
    <nav ref={links} className={`sections${edges}`} aria-label={`Of ${name}`}>
      <strong>{name}</strong>
      {SECTIONS.filter(({ of }) => of.some((one) => one === kind)).map(({ to, title }) => (
        <Link key={to} to={to} params={{ kind, owner: name }}>
          {title}
        </Link>
      ))}
    </nav>
  )
}
