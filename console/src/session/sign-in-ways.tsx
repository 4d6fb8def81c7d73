import type { SignIn } from '../api/session.ts'
import { Notice } from '../parts/notice.tsx'
import { FirstUserForm } from './first-user-form.tsx'
import { PasswordForm } from './password-form.tsx'
import { ProviderLinks } from './provider-links.tsx'

interface Props {
  signIn: SignIn
  onSignedIn: () => void
}

/** How one signs in here, or why nobody can. */
export function SignInWays({ signIn, onSignedIn }: Props) {
  if (signIn.problem !== null) return <Notice kind="problem">{signIn.problem}</Notice>
  if (signIn.initialize) return <FirstUserForm onSignedIn={onSignedIn} />
  if (signIn.passwords === 'off' && signIn.providers.length === 0) {
    return (
      <Notice kind="problem">Nobody can sign in: no provider is set, and passwords are off.</Notice>
    )
  }
  return (
    <>
      <ProviderLinks providers={signIn.providers} />
      {signIn.passwords === 'superusers' && (
        <p className="hint">With a password, superusers only.</p>
      )}
      {signIn.passwords !== 'off' && <PasswordForm onSignedIn={onSignedIn} />}
    </>
  )
}
