import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { MatterList } from './matter-list.tsx'

/** What needs attention in all organizations and of all users, for superusers. */
export function InstallationCard() {
  const { data, error, refetch } = useQuery({
    queryKey: ['attention'],
    queryFn: () => answerOf(api.GET('/api/v1/superuser/attention')),
  })
  return (
    <section className="card" aria-label="The whole installation">
      <h3>
        <Link to="/robots">The whole installation</Link>
      </h3>
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what="the installation" />}
      {data && <MatterList owner={undefined} attention={data} />}
    </section>
  )
}
