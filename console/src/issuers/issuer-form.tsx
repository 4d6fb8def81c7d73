import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { issuerPath, issuersKey, keysOf, keysWritten, putIssuer } from './issuer-record.ts'

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
  const change = (name: keyof typeof EMPTY) => (value: string) =>
    setDraft({ ...draft, [name]: value })
  const problem = problemOf(error, ['jwks', 'issuer', 'name'])
  const name = draft.name || 'NAME'
  const written = { issuer: draft.issuer, jwks: keysWritten(draft.jwks) }
  return (
    <CardForm
      title="Put an issuer"
      submit="Put the issuer"
      isPending={isPending}
      onSubmit={mutate}
      problem={problem.rest}
      after={
        <SameInAShell
          curl={asCurl({ method: 'PUT', path: issuerPath(orgname, name), body: written })}
          yaml={organizationYaml({ kind: 'orgs', name: orgname }, { issuers: { [name]: written } })}
        />
      }
    >
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
    </CardForm>
  )
}
