import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { sessionQuery } from '../session/session-query.ts'
import { SignInPage } from '../session/sign-in-page.tsx'
import { Shell } from './shell.tsx'

/** Every page, for who is signed in; for all others the way to sign in. */
export function Root() {
  const { data, error, refetch } = useQuery(sessionQuery)
  /** Whether the way to sign in was there: then the keyboard goes on at the page behind it. */
  const wasOut = useRef(false)
  const isOut = data?.session === null
  useEffect(() => {
    if (isOut) wasOut.current = true
  }, [isOut])
  if (data?.session) return <Shell isEntered={wasOut.current} />
  if (data) return <SignInPage signIn={data.sign_in} />
  return (
    <main className="sign-in">
      {error ? <Failure error={error} retry={refetch} /> : <Loading what="the console" />}
    </main>
  )
}
