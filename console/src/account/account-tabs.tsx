import { Link } from '@tanstack/react-router'

/** What there is of who is signed in. */
export const AccountTabs = () => (
  <nav className="tabs" aria-label="Of your account">
    <Link to="/account/tokens">API tokens</Link>
    <Link to="/account/sessions">Sessions</Link>
    <Link to="/account/password">Password</Link>
  </nav>
)
