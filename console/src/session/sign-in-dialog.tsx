import { useQueryClient } from '@tanstack/react-query'
import { readSession } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { decline, resume } from './interruption.ts'
import { PasswordForm } from './password-form.tsx'
import { ProviderLinks } from './provider-links.tsx'
import { sessionQuery, useSession } from './session-query.ts'

/** The session has ended: sign in over the page, which keeps what was typed. */
export function SignInDialog() {
  const { user } = useSession()
  const queries = useQueryClient()
  const signIn = queries.getQueryData(sessionQuery.queryKey)?.sign_in
  async function goOn() {
    const state = await readSession()
    if (!state.session) return
    // Another user does not go on with the page of this one.
    if (state.session.user.username !== user.username) return location.reload()
    queries.setQueryData(sessionQuery.queryKey, state)
    resume()
  }
  const providers = signIn?.providers ?? []
  return (
    <Dialog title="Your session has ended" onClose={decline}>
      <p>Sign in as {user.username} to go on where you were.</p>
      {providers.length > 0 && (
        <>
          <ProviderLinks providers={providers} inNewTab />
          <Button onPress={goOn}>I have signed in there</Button>
        </>
      )}
      {signIn?.passwords !== 'off' && <PasswordForm username={user.username} onSignedIn={goOn} />}
    </Dialog>
  )
}
