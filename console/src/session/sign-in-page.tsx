import { useQueryClient } from '@tanstack/react-query'
import type { SignIn } from '../api/session.ts'
import { Page } from '../parts/page.tsx'
import { sessionQuery } from './session-query.ts'
import { SignInWays } from './sign-in-ways.tsx'

/** In place of any page while nobody is signed in; the address stays, and so leads there afterwards. */
export function SignInPage({ signIn }: { signIn: SignIn }) {
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries(sessionQuery)
  return (
    <main className="sign-in">
      <p className="brand">
        <img src="/icon.svg" alt="" width="24" height="24" /> quay-robots
      </p>
      <Page title={signIn.initialize ? 'The first user' : 'Sign in'}>
        <SignInWays signIn={signIn} onSignedIn={refresh} />
      </Page>
    </main>
  )
}
