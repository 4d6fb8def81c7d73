import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { type Session, signIn } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'

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
    </Form>
  )
}
