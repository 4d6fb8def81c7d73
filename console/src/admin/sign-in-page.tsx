import { useQuery } from '@tanstack/react-query'
import { Page } from '../parts/page.tsx'
import { sessionQuery } from '../session/session-query.ts'

const PASSWORDS = {
  all: 'Everybody who has one',
  superusers: 'Superusers alone, to get in when the provider is down',
  off: 'Nobody',
}

/** How people sign in, as the configuration file of the operator says. */
export function SignInSettingsPage() {
  const { data } = useQuery(sessionQuery)
  const { passwords, providers } = data?.sign_in ?? { passwords: 'all', providers: [] }
  return (
    <Page title="Sign-in">
      <div className="stack">
        <dl className="facts">
          <dt>By password</dt>
          <dd>{PASSWORDS[passwords]}</dd>
          <dt>By provider</dt>
          <dd>
            {providers.length === 0 && 'There is none.'}
            <ul className="entries">
              {providers.map(({ name, title }) => (
                <li key={name}>
                  {title} (<code>{name}</code>)
                </li>
              ))}
            </ul>
          </dd>
        </dl>
        <p className="quiet">
          The section <code>sign_in</code> of the configuration file decides; a change takes a
          restart.
        </p>
      </div>
    </Page>
  )
}
