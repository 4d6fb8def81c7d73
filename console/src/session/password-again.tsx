import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Refusal } from '../api/refusal.ts'
import { signInAgain } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { askFor, decline, resume } from './interruption.ts'

/** Proves by the password who is signed in. */
export function PasswordAgain() {
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => signInAgain(password),
    onSuccess: resume,
    onError: (refused) => {
      if (refused instanceof Refusal && refused.code === 'invalid_token') askFor('sign-in')
    },
  })
  return (
    <Form className="form" onSubmit={mutate}>
      <Field
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        problem={error?.message}
        required
        focused
      />
      <div className="actions">
        <Button type="submit" look="primary" isPending={isPending}>
          Go on
        </Button>
        <Button onPress={decline}>Cancel</Button>
      </div>
    </Form>
  )
}
