import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { useSession } from '../session/session-query.ts'
import { Beginning } from './beginning.tsx'
import { InstallationCard } from './installation-card.tsx'
import { OrganizationList } from './organization-list.tsx'
import { OwnerCard } from './owner-card.tsx'
import { WellBeing } from './well-being.tsx'

/** The organizations of who is signed in, and what needs attention of those that they administer. */
export function HomePage() {
  const { user } = useSession()
  const { data, error, refetch } = useQuery({
    queryKey: ['user'],
    queryFn: () => answerOf(api.GET('/api/v1/user/')),
  })
  const administered = data?.organizations.filter(({ is_org_admin }) => is_org_admin) ?? []
  return (
    <Page title="Home" actions={<WellBeing />}>
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what="your organizations" />}
      {data && (
        <div className="stack">
          {data.organizations.length === 0 && <Beginning />}
          <OrganizationList organizations={data.organizations} />
          <section className="stack" aria-label="Needs attention">
            <h2>Needs attention</h2>
            <div className="cards">
              {user.superuser && <InstallationCard />}
              {administered.map(({ name }) => (
                <OwnerCard key={name} owner={{ kind: 'orgs', name }} />
              ))}
              <OwnerCard owner={{ kind: 'users', name: user.username }} />
            </div>
          </section>
        </div>
      )}
    </Page>
  )
}
