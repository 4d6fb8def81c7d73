import { Dialog } from '../parts/dialog.tsx'
import { decline } from './interruption.ts'
import { PasswordAgain } from './password-again.tsx'
import { ProviderAgain } from './provider-again.tsx'
import { useSession } from './session-query.ts'

/** What was asked for needs a log-in of a moment ago: prove it again, over the page. */
export function SudoDialog() {
  const session = useSession()
  return (
    <Dialog title="Is it still you?" onClose={decline}>
      <p>
        Secrets, tokens and policies take a log-in of the last ten minutes. You are signed in as{' '}
        <strong>{session.user.username}</strong>.
      </p>
      {session.provider === null ? (
        <PasswordAgain />
      ) : (
        <ProviderAgain provider={session.provider} />
      )}
    </Dialog>
  )
}
