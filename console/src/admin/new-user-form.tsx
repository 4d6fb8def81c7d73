import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { usersKey } from './admin-lists.ts'

const path = '/api/v1/superuser/users/'

/** Makes a user, whose password is shown this once. */
export function NewUserForm() {
  const queries = useQueryClient()
  const { secret, show, hide } = useHiddenSecret()
  const [username, setUsername] = useState('')
  const [email, setEmail] = useState('')
  const body = { username, ...(email && { email }) }
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () => show((await answerOf(api.POST(path, { body }))).password),
    onSuccess: async () => {
      setUsername('')
      setEmail('')
      await queries.invalidateQueries({ queryKey: usersKey })
    },
  })
  const problem = problemOf(error, ['email', 'username'])
  return (
    <CardForm
      title="New user"
      submit="Make the user"
      isPending={isPending}
      onSubmit={mutate}
      problem={problem.rest}
      after={
        <>
          {secret && <SecretBox title="Password, shown this once" secret={secret} onHide={hide} />}
          <SameInAShell
            curl={asCurl({ method: 'POST', path, body })}
            command={`quay-robots user create ${username || 'NAME'} --email ${email || 'ADDRESS'}`}
          />
        </>
      }
    >
      <Field
        label="Name"
        value={username}
        onChange={setUsername}
        problem={problem.of.username}
        required
      />
      <Field
        label="E-mail address (optional)"
        type="email"
        value={email}
        onChange={setEmail}
        problem={problem.of.email}
      />
    </CardForm>
  )
}
