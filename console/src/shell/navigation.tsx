import { Link } from '@tanstack/react-router'

export const Navigation = () => (
  <nav aria-label="Pages" className="navigation">
    <Link to="/">Home</Link>
    <a href="/docs">API</a>
  </nav>
)
