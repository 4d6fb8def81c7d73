import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { type ApiToken, endToken, type Person, personPath, tokensKey } from './person.ts'

interface Props {
  person: Person
  token: ApiToken
}

export const TokenRow = ({ person, token }: Props) => (
  <tr>
    <th scope="row">
      {token.name}
      {token.application && (
        <p className="quiet">
          for {token.application.name} of {token.application.organization}
        </p>
      )}
    </th>
    <td>{token.scope}</td>
    <td>
      <RelativeTime time={token.last_accessed} />
    </td>
    <td>
      <RelativeTime time={token.expires_at} />
    </td>
    <td>
      <RelativeTime time={token.created} />
      {token.made_by && <p className="quiet">by another token, with which it ends</p>}
    </td>
    <td>
      <ConfirmedButton
        title="End"
        what={token.name}
        run={() => endToken(person, token.uuid)}
        refresh={[tokensKey(person)]}
        call={{ method: 'DELETE', path: `${personPath(person)}/tokens/${token.uuid}` }}
        command={`quay-robots token revoke --id ${token.uuid}`}
      >
        Whatever uses it is refused from now on, and so are the tokens that it made. It does not
        come back.
      </ConfirmedButton>
    </td>
  </tr>
)
