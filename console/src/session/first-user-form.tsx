import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { signIn } from '../api/session.ts'
import { sessionApi } from '../api/session-api.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { problemOf } from '../parts/problem-of.ts'

/** While the installation has no user: makes the first, who is a superuser, and signs them in. */
export function FirstUserForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [username, setUsername] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      const body = { username, password, ...(email && { email }) }
      await answerOf(sessionApi.POST('/api/v1/user/initialize', { body }))
      await signIn(username, password)
    },
    onSuccess: onSignedIn,
  })
  const problem = problemOf(error, ['username', 'email', 'password'])
  return (
    <Form className="form" onSubmit={mutate}>
      <p>Nobody has an account here yet. The first may do everything.</p>
      <Field
        label="Name"
        value={username}
        onChange={setUsername}
        autoComplete="username"
        hint="Lower-case letters, digits and dashes"
        problem={problem.of.username}
        required
        focused
      />
      <Field
        label="E-mail address (optional)"
        type="email"
        value={email}
        onChange={setEmail}
        autoComplete="email"
        problem={problem.of.email}
      />
      <Field
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        hint="At least 8 characters"
        problem={problem.of.password}
        required
      />
      <FormProblem problem={problem.rest} />
      <Button type="submit" look="primary" isPending={isPending}>
        Make the first user
      </Button>
    </Form>
  )
}
