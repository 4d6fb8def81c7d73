import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi } from '../api/owner.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { MatterList } from './matter-list.tsx'

/** What needs attention of an organization that one administers, or of one's own robots. */
export function OwnerCard({ owner }: { owner: Owner }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['attention', owner],
    queryFn: () => answerOf(ownerApi(owner).GET('/attention')),
  })
  return (
    <section className="card" aria-label={owner.name}>
      <h3>
        <Link to="/$kind/$owner/robots" params={{ kind: owner.kind, owner: owner.name }}>
          {owner.name}
        </Link>
      </h3>
      {owner.kind === 'users' && <p className="quiet">Your own robots</p>}
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what={owner.name} />}
      {data && <MatterList owner={owner} attention={data} />}
    </section>
  )
}
