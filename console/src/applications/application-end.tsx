import { useNavigate } from '@tanstack/react-router'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { type Application, applicationsKey } from './application-queries.ts'

interface Props {
  orgname: string
  application: Application
}

/** Deletes an application, once asked again. */
export function ApplicationEnd({ orgname, application: { client_id, name } }: Props) {
  const navigate = useNavigate()
  const remove = async () => {
    await answerOf(
      api.DELETE('/api/v1/organization/{orgname}/applications/{client_id}', {
        params: { path: { orgname, client_id } },
      }),
    )
    await navigate({ to: '/$kind/$owner/applications', params: { kind: 'orgs', owner: orgname } })
  }
  return (
    <div className="actions">
      <ConfirmedButton
        title="Delete"
        what={name}
        run={remove}
        refresh={[applicationsKey(orgname)]}
        call={{
          method: 'DELETE',
          path: `/api/v1/organization/${orgname}/applications/${client_id}`,
        }}
      >
        Its tokens end with it, whoever has them. It does not come back.
      </ConfirmedButton>
    </div>
  )
}
