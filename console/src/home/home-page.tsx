import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { useSession } from '../session/session-query.ts'
import { OwnerCard } from './owner-card.tsx'

/** What needs attention, of who is signed in and of their organizations. */
export function HomePage() {
  const { user } = useSession()
  const { data, error, refetch } = useQuery({
    queryKey: ['user'],
    queryFn: () => answerOf(api.GET('/api/v1/user/')),
  })
  return (
    <Page title="Needs attention">
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what="your organizations" />}
      {data && (
        <div className="cards">
          {data.organizations.map(({ name, is_org_admin }) => (
            <OwnerCard
              key={name}
              owner={{ kind: 'orgs', name }}
              administered={is_org_admin === true}
            />
          ))}
          <OwnerCard owner={{ kind: 'users', name: user.username }} administered />
        </div>
      )}
    </Page>
  )
}
