import { Link } from '@tanstack/react-router'
import { useSession } from '../session/session-query.ts'
import { useLinkInSight } from './use-link-in-sight.ts'

/** Where everything begins. */
export function Navigation() {
  const { user } = useSession()
  const { links, edges } = useLinkInSight()
  return (
    <nav ref={links} aria-label="Pages" className={`navigation${edges}`}>
      <Link to="/" activeOptions={{ exact: true }}>
        Home
      </Link>
      <Link to="/$kind/$owner/robots" params={{ kind: 'users', owner: user.username }}>
        My robots
      </Link>
      {user.superuser && <Link to="/robots">All robots</Link>}
      {user.superuser && <Link to="/admin/users">Administration</Link>}
      <Link to="/help">Help</Link>
    </nav>
  )
}
