import { Link, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { edges, useScrolling } from '../parts/use-scrolling.ts'
import { BeforePage } from './before-page.tsx'
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
export const OwnerSections = () => (
  <BeforePage>
    <Sections />
  </BeforePage>
)

function Sections() {
  const { kind, name } = useOwner()
  const [sections, hidden] = useScrolling<HTMLElement>()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: on another page another one is to be seen
  useEffect(() => {
    const here = sections.current?.querySelector('[aria-current="page"]')
    here?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [path])
  return (
    <nav ref={sections} className={`sections${edges(hidden)}`} aria-label={`Of ${name}`}>
      <strong>{name}</strong>
      {SECTIONS.filter(({ of }) => of.some((one) => one === kind)).map(({ to, title }) => (
        <Link key={to} to={to} params={{ kind, owner: name }}>
          {title}
        </Link>
      ))}
    </nav>
  )
}
