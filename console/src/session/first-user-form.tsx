import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { signInFirst } from '../api/session.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { useRegistryHost } from './session-query.ts'

/** What stands for it, which is nothing for the history of a shell. */
const PASSWORD = '$PASSWORD'

/** While the installation has no user: makes the first, who is a superuser, and signs them in. */
export function FirstUserForm({ onSignedIn }: { onSignedIn: () => void }) {
  const registryHost = useRegistryHost()
  const [username, setUsername] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const given = { username: username || 'NAME', password: PASSWORD, ...(email && { email }) }
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => signInFirst({ username, password, ...(email && { email }) }),
    onSuccess: onSignedIn,
  })
  const problem = problemOf(error, ['username', 'email', 'password'])
  return (
    <Form className="form" onSubmit={mutate}>
      <p>
        Nobody has an account here yet. The first may do everything; next, they make an organization
        in the registry <code>{registryHost}</code>.
      </p>
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
      <SameInAShell
        curl={asCurl({
          ...{ method: 'POST', path: '/api/v1/user/initialize', isOpen: true },
          body: given,
        }).replace(PASSWORD, () => `'"${PASSWORD}"'`)}
        command={`quay-robots user create ${given.username} --superuser --email ${email || 'ADDRESS'}`}
      />
    </Form>
  )
}
