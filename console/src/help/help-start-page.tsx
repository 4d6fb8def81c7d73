import { Link } from '@tanstack/react-router'
import { Page } from '../parts/page.tsx'

/** Where help is. */
export const HelpStartPage = () => (
  <Page title="Help">
    <ul className="help">
      <li>
        <Link to="/help/$page" params={{ page: 'troubleshooting' }}>
          My job gets 401
        </Link>
        <p>Each message, what it comes of, and what to do.</p>
      </li>
      <li>
        <Link to="/help/$page" params={{ page: 'recipes' }}>
          Recipes
        </Link>
        <p>What GitHub, GitLab, Kubernetes, Terraform and others need, to paste.</p>
      </li>
      <li>
        <a href="/docs">Every operation of the API</a>
        <p>
          What this console does, programs can do. <a href="/openapi.json">openapi.json</a> is for
          generators of clients.
        </p>
      </li>
    </ul>
  </Page>
)
