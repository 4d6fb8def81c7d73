import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { Page } from '../parts/page.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { sessionQuery, useSession } from '../session/session-query.ts'
import { AccountTabs } from './account-tabs.tsx'

/** What stands for passwords, which are nothing for the history of a shell. */
const [CURRENT, NEW] = ['$CURRENT', '$NEW']
const inShell = (variable: string) => `'"${variable}"'`

/** Another password for who is signed in, which ends their sessions. */
export function PasswordPage() {
  const { user } = useSession()
  const queries = useQueryClient()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [endTokens, setEndTokens] = useState(false)
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      answerOf(
        api.PUT('/api/v1/user/password', {
          body: { current, new: next, end_tokens: endTokens },
        }),
      ),
    onSuccess: () => queries.invalidateQueries(sessionQuery),
  })
  const problem = problemOf(error, ['current', 'new'])
  return (
    <Page title="Your password">
      <AccountTabs />
      <CardForm
        submit="Change the password"
        isPending={isPending}
        onSubmit={mutate}
        problem={problem.rest}
        after={
          <SameInAShell
            curl={asCurl({
              method: 'PUT',
              path: '/api/v1/user/password',
              body: { current: CURRENT, new: NEW, end_tokens: endTokens },
            })
              .replace(CURRENT, inShell)
              .replace(NEW, inShell)}
            command={`quay-robots user password ${user.username}`}
          />
        }
      >
        <p>You sign in anew afterwards, here and wherever else you are signed in.</p>
        <Field
          label="Current password"
          type="password"
          value={current}
          onChange={setCurrent}
          autoComplete="current-password"
          problem={problem.of.current}
          required
        />
        <Field
          label="New password"
          type="password"
          hint="8 characters or more, no white space"
          value={next}
          onChange={setNext}
          autoComplete="new-password"
          problem={problem.of.new}
          required
        />
        <label>
          <input
            type="checkbox"
            checked={endTokens}
            onChange={({ target }) => setEndTokens(target.checked)}
          />{' '}
          End API tokens and app specific tokens, too: somebody else may have them
        </label>
      </CardForm>
    </Page>
  )
}
