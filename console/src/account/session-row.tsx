import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { browserOf } from './browser-of.ts'
import { endSession, type ListedSession, type Person, personPath, sessionsKey } from './person.ts'

interface Props {
  person: Person
  session: ListedSession
}

export function SessionRow({ person, session }: Props) {
  const { id, agent, address, current } = session
  const browser = browserOf(agent)
  return (
    <tr>
      <th scope="row">
        <span title={agent ?? undefined}>{browser}</span>
        {current && <span className="tag">this one</span>}
      </th>
      <td>{address ?? <span className="quiet">not known</span>}</td>
      <td>{session.provider ?? session.means}</td>
      <td>
        <RelativeTime time={session.created} />
      </td>
      <td>
        <RelativeTime time={session.last_seen} />
      </td>
      <td>
        {!current && (
          <ConfirmedButton
            title="End"
            what={`the session of ${browser}`}
            run={() => endSession(person, id)}
            refresh={[sessionsKey(person)]}
            call={{ method: 'DELETE', path: `${personPath(person)}/sessions/${id}` }}
          >
            The browser at {address ?? 'an address that is not known'} has to sign in again.
          </ConfirmedButton>
        )}
      </td>
    </tr>
  )
}
