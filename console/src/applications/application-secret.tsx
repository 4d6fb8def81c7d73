import { useMutation } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { asCurl } from '../parts/as-curl.ts'
import { Button } from '../parts/button.tsx'
import { FormProblem } from '../parts/form-problem.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { SecretBox } from '../parts/secret-box.tsx'
import { useHiddenSecret } from '../parts/use-hidden-secret.ts'
import type { Application } from './application-queries.ts'

interface Props {
  orgname: string
  application: Application
}

/** Shows the secret of an application, or makes another. */
export function ApplicationSecret({ orgname, application: { client_id } }: Props) {
  const { secret, show, hide } = useHiddenSecret()
  const params = { path: { orgname, client_id } }
  const url = '/api/v1/organization/{orgname}/applications/{client_id}'
  // The answers are kept nowhere but in what shows them.
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (isNew: boolean) => {
      const { client_secret } = await answerOf(
        isNew ? api.POST(`${url}/resetclientsecret`, { params }) : api.GET(url, { params }),
      )
      if (client_secret === null) {
        throw new Error('It may do more than you, so that you are not shown its secret.')
      }
      show(client_secret)
    },
  })
  const path = `/api/v1/organization/${orgname}/applications/${client_id}/resetclientsecret`
  return (
    <section className="card form">
      <h2>Secret</h2>
      <p>A new one ends the one so far at once, and the tokens that were got with it.</p>
      <div className="actions">
        <Button isPending={isPending} onPress={() => mutate(false)}>
          Show
        </Button>
        <Button look="danger" isPending={isPending} onPress={() => mutate(true)}>
          Make a new secret
        </Button>
      </div>
      <FormProblem problem={error?.message} />
      {secret && <SecretBox title="Client secret" secret={secret} onHide={hide} />}
      <SameInAShell curl={asCurl({ method: 'POST', path })} />
    </section>
  )
}
