import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { sessionQuery } from '../session/session-query.ts'
import { SignInPage } from '../session/sign-in-page.tsx'
import { Shell } from './shell.tsx'

/** Every page, for who is signed in; for all others the way to sign in. */
export function Root() {
  const { data, error, refetch } = useQuery(sessionQuery)
  if (data) return data.session ? <Shell /> : <SignInPage signIn={data.sign_in} />
  return (
    <main className="sign-in">
      {error ? <Failure error={error} retry={refetch} /> : <Loading what="the console" />}
    </main>
  )
}
