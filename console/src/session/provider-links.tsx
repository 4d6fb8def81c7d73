import type { SignIn } from '../api/session.ts'

interface Props {
  providers: SignIn['providers']
  /** Opens a tab of its own, so that the page here stays as it is. */
  inNewTab?: boolean
  /** Proves anew who it is, even where the provider still knows. */
  again?: boolean
}

/** A link for each provider that people may sign in with. */
export function ProviderLinks({ providers, inNewTab = false, again = false }: Props) {
  const query = new URLSearchParams({ return_to: inNewTab ? '/' : here() })
  if (again) query.set('prompt', 'login')
  return providers.map(({ name, title, url }) => (
    <a
      key={name}
      className="button button-plain"
      href={`${url}?${query}`}
      {...(inNewTab && { target: '_blank', rel: 'noreferrer' })}
    >
      Sign in with {title}
    </a>
  ))
}

const here = () => location.pathname + location.search
