import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { type InstallUser, usersKey } from './admin-lists.ts'

type Change = components['schemas']['UpdateInstallUser']

/** What a superuser changes of a user. */
export function UserChanges({ user }: { user: InstallUser }) {
  const queries = useQueryClient()
  const { username, enabled } = user
  const [email, setEmail] = useState(user.email ?? '')
  const path = { username }
  const url = `/api/v1/superuser/users/${username}`
  const change = (body: Change) =>
    answerOf(api.PUT('/api/v1/superuser/users/{username}', { params: { path }, body }))
  const { mutate, isPending, error } = useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries({ queryKey: usersKey }),
  })
  return (
    <Form className="card form" onSubmit={() => mutate({ email })}>
      <Field
        label="E-mail address"
        type="email"
        value={email}
        onChange={setEmail}
        problem={error?.message}
      />
      <div className="actions">
        <Button type="submit" isPending={isPending}>
          Save the address
        </Button>
        {enabled ? (
          <ConfirmedButton
            title="Disable"
            what={username}
            run={() => change({ enabled: false })}
            refresh={[usersKey, ['sessions', username]]}
            call={{ method: 'PUT', path: url, body: { enabled: false } }}
            command={`quay-robots user disable ${username}`}
          >
            The user, and every robot and token of the user, can do nothing until you enable them
            again. Sessions end.
          </ConfirmedButton>
        ) : (
          <Button isPending={isPending} onPress={() => mutate({ enabled: true })}>
            Enable
          </Button>
        )}
      </div>
      <SameInAShell curl={asCurl({ method: 'PUT', path: url, body: { email } })} />
    </Form>
  )
}
