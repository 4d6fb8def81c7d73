import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Checks } from '../parts/checks.tsx'
import { Field } from '../parts/field.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { SCOPES, type Scope } from '../parts/scopes.ts'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import { useSession } from '../session/session-query.ts'
import { tokensKey } from './person.ts'

const path = '/api/v1/user/tokens'

/** Makes an API token that acts as who is signed in; it is shown this once. */
export function NewTokenForm() {
  const { user } = useSession()
  const queries = useQueryClient()
  const { secret, show, hide } = useHiddenSecret()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<Scope[]>(['repo:read'])
  const [expiresIn, setExpiresIn] = useState('90d')
  const body = { name, scope: scopes.join(' '), ...(expiresIn && { expires_in: expiresIn }) }
  const { mutate, isPending, error } = useMutation({
    // The answer is kept nowhere but in what shows it.
    mutationFn: async () => show((await answerOf(api.POST(path, { body }))).token),
    onSuccess: async () => {
      setName('')
      await queries.invalidateQueries({ queryKey: tokensKey(undefined) })
    },
  })
  const problem = problemOf(error, ['expires_in', 'scope', 'name'])
  return (
    <CardForm
      title="New token"
      submit="Make the token"
      isPending={isPending}
      onSubmit={mutate}
      problem={problem.rest}
      after={
        <>
          {secret && <SecretBox title="New token, shown this once" secret={secret} onHide={hide} />}
          <SameInAShell
            curl={asCurl({ method: 'POST', path, body })}
            command={`quay-robots token create --user ${user.username} --scope '${body.scope}'${expiresIn && ` --expires-in ${expiresIn}`}`}
          />
        </>
      }
    >
      <Field
        label="What it is for"
        value={name}
        onChange={setName}
        problem={problem.of.name}
        required
      />
      <Checks
        label="What it may do"
        options={SCOPES}
        chosen={scopes}
        onChange={setScopes}
        problem={problem.of.scope}
      />
      <Field
        label="Expires in"
        hint="As 90d or 12h. Empty: as long as the installation lets tokens live."
        value={expiresIn}
        onChange={setExpiresIn}
        problem={problem.of.expires_in}
      />
    </CardForm>
  )
}
