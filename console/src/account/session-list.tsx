import { useQuery } from '@tanstack/react-query'
import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Table } from '../parts/table.tsx'
import { endSessions, type Person, personPath, readSessions, sessionsKey } from './person.ts'
import { SessionRow } from './session-row.tsx'

/** The browsers that somebody is signed in with. */
export function SessionList({ person }: { person?: Person }) {
  const { data, error, refetch } = useQuery({
    queryKey: sessionsKey(person),
    queryFn: () => readSessions(person),
  })
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="sessions" />
  if (data.sessions.length === 0) return <p>Signed in with no browser.</p>
  return (
    <>
      <Table
        label="Sessions"
        head={
          <>
            <th scope="col">Browser</th>
            <th scope="col">Address</th>
            <th scope="col">Signed in by</th>
            <th scope="col">Since</th>
            <th scope="col">Last seen</th>
            <th scope="col">End</th>
          </>
        }
      >
        {data.sessions.map((session) => (
          <SessionRow key={session.id} person={person} session={session} />
        ))}
      </Table>
      <div className="actions">
        {data.sessions.some(({ current }) => !current) && (
          <ConfirmedButton
            title={person === undefined ? 'End all others' : 'End all sessions'}
            run={() => endSessions(person)}
            refresh={[sessionsKey(person)]}
            call={{ method: 'DELETE', path: `${personPath(person)}/sessions` }}
          >
            Each of these browsers has to sign in again; the one that you are using stays.
          </ConfirmedButton>
        )}
      </div>
    </>
  )
}
