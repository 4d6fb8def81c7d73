import { useQueryClient } from '@tanstack/react-query'
import { readSession } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { resume } from './interruption.ts'
import { ProviderLinks } from './provider-links.tsx'
import { sessionQuery } from './session-query.ts'

/** Proves by the provider, in another tab, who is signed in. */
export function ProviderAgain({ provider }: { provider: string }) {
  const queries = useQueryClient()
  const providers = queries.getQueryData(sessionQuery.queryKey)?.sign_in.providers ?? []
  async function goOn() {
    const state = await readSession()
    queries.setQueryData(sessionQuery.queryKey, state)
    if (state.session?.fresh) resume()
  }
  return (
    <>
      <ProviderLinks providers={providers.filter(({ name }) => name === provider)} inNewTab again />
      <Button onPress={goOn}>I have signed in there</Button>
    </>
  )
}
