import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { SessionList } from '../account/session-list.tsx'
import { TokenList } from '../account/token-list.tsx'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { usersKey } from './admin-lists.ts'
import { UserChanges } from './user-changes.tsx'

const route = getRouteApi('/admin/users/$user')

/** A user, as superusers see one: whether they may sign in, where they have, and their API tokens. */
export function UserPage() {
  const { user: username } = route.useParams()
  const { data, error, refetch } = useQuery({
    queryKey: [...usersKey, username],
    queryFn: () =>
      answerOf(api.GET('/api/v1/superuser/users/{username}', { params: { path: { username } } })),
  })
  return (
    <Page
      title={username}
      actions={data?.enabled === false && <span className="tag">disabled</span>}
    >
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what={username} />}
      {data && (
        <div className="stack">
          <UserChanges key={username} user={data} />
          <h2>Sessions</h2>
          <SessionList person={username} />
          <h2>API tokens</h2>
          <TokenList person={username} />
        </div>
      )}
    </Page>
  )
}
