import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { type Session, signIn } from '../api/session.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'

/** What a shell has in place of a session. */
const TOKEN = { name: 'shell', scope: 'repo:read', expires_in: '8h' }

interface Props {
  /** Who was signed in before, if anybody. */
  username?: string
  onSignedIn: (session: Session) => void
}

/** Sign in by name and password. */
export function PasswordForm({ username: known = '', onSignedIn }: Props) {
  const [username, setUsername] = useState(known)
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => signIn(username, password),
    onSuccess: onSignedIn,
  })
  return (
    <Form className="form" onSubmit={mutate}>
      <Field
        label="Name or e-mail address"
        value={username}
        onChange={setUsername}
        autoComplete="username"
        required
        focused={known === ''}
      />
      <Field
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        required
        focused={known !== ''}
        problem={error?.message}
      />
      <Button type="submit" look="primary" isPending={isPending}>
        Sign in
      </Button>
      {known === '' && (
        <SameInAShell
          curl={asCurl({
            ...{ method: 'POST', path: '/api/v1/user/tokens', body: TOKEN },
            user: username || 'NAME',
          })}
          command={`quay-robots token create --user ${username || 'NAME'} --scope ${TOKEN.scope} --expires-in ${TOKEN.expires_in}`}
        />
      )}
    </Form>
  )
}
