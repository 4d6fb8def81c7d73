import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { nameProblem } from '../new-robot/name-problem.ts'
import { asCurl } from '../parts/as-curl.ts'
import { CardForm } from '../parts/card-form.tsx'
import { Field } from '../parts/field.tsx'
import { organizationYaml } from '../parts/organization-yaml.ts'
import { problemOf } from '../parts/problem-of.ts'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { useRegistryHost, useSession } from '../session/session-query.ts'

const path = '/api/v1/organization/'

/** Makes an organization, which who is signed in administers, and goes there. */
export function NewOrganizationForm() {
  const { user } = useSession()
  const host = useRegistryHost()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const body = { name, ...(email && { email }) }
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      await answerOf(api.POST(path, { body }))
      await queries.invalidateQueries({ queryKey: ['user'] })
      await navigate({ to: '/$kind/$owner/robots', params: { kind: 'orgs', owner: name } })
    },
  })
  const problem = problemOf(error, ['email', 'namespace', 'name'])
  const named = name || 'NAME'
  return (
    <CardForm
      submit="Make the organization"
      isPending={isPending}
      onSubmit={mutate}
      problem={problem.rest}
      after={
        <SameInAShell
          curl={asCurl({ method: 'POST', path, body: { ...body, name: named } })}
          command={`quay-robots org create ${named} --owner ${user.username}${email && ` --email ${email}`}`}
          yaml={organizationYaml({ kind: 'orgs', name: named }, email ? { email } : {})}
        />
      }
    >
      <Field
        label="Name"
        hint={`Its images are called ${host}/${named}/….`}
        value={name}
        onChange={setName}
        problem={nameProblem(name) ?? problem.of.namespace ?? problem.of.name}
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
