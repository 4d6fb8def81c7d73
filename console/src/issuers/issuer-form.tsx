import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { problemOf } from '../parts/problem-of.ts'
import { issuersKey, keysOf, putIssuer } from './issuer-record.ts'

const EMPTY = { name: '', issuer: '', jwks: '' }

/** Puts a record of an issuer, in place of one of the same name. */
export function IssuerForm({ orgname }: { orgname: string }) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState(EMPTY)
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () =>
      putIssuer(orgname, draft.name, { issuer: draft.issuer, jwks: keysOf(draft.jwks) }),
    onSuccess: async () => {
      setDraft(EMPTY)
      await queries.invalidateQueries({ queryKey: issuersKey(orgname) })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate()
  }
  const change = (name: keyof typeof EMPTY) => (value: string) =>
    setDraft({ ...draft, [name]: value })
  const problem = problemOf(error, ['jwks', 'issuer', 'name'])
  return (
    <form className="card form" onSubmit={submit}>
      <h2>Put an issuer</h2>
      <Field
        label="Name"
        hint="As prod-eu. It takes the place of one of the same name."
        value={draft.name}
        onChange={change('name')}
        problem={problem.of.name}
        required
      />
      <Field
        label="Issuer"
        hint="Exactly as in iss of its tokens"
        value={draft.issuer}
        onChange={change('issuer')}
        problem={problem.of.issuer}
        required
      />
      <Field
        label="Its keys (JWKS)"
        hint="As kubectl get --raw /openid/v1/jwks prints them"
        lines={5}
        value={draft.jwks}
        onChange={change('jwks')}
        problem={problem.of.jwks}
        required
      />
      <FormProblem problem={problem.rest} />
      <Button type="submit" look="primary" isPending={isPending}>
        Put the issuer
      </Button>
    </form>
  )
}
