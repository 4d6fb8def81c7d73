import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi } from '../api/owner.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { MatterList } from './matter-list.tsx'

interface Props {
  owner: Owner
  /** Others are not told what needs attention. */
  administered: boolean
}

/** An organization, or the user's own robots, and what of it needs attention. */
export function OwnerCard({ owner, administered }: Props) {
  const { data, error, refetch } = useQuery({
    queryKey: ['attention', owner],
    queryFn: () => answerOf(ownerApi(owner).GET('/attention')),
    enabled: administered,
  })
  return (
    <section className="card" aria-label={owner.name}>
      <h2>
        <Link to="/$kind/$owner/robots" params={{ kind: owner.kind, owner: owner.name }}>
          {owner.name}
        </Link>
      </h2>
      {owner.kind === 'users' && <p className="quiet">Your own robots</p>}
      {!administered && <p className="quiet">You are a member; administrators see more.</p>}
      {error && <Failure error={error} retry={refetch} />}
      {administered && !data && !error && <Loading what={owner.name} />}
      {data && <MatterList owner={owner} attention={data} />}
    </section>
  )
}
