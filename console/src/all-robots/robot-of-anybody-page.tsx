import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Navigate } from '@tanstack/react-router'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { shortNameOf } from '../api/owner.ts'
import { Refusal } from '../api/refusal.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { useSession } from '../session/session-query.ts'

const route = getRouteApi('/robots/$name')

/** `acme` of `acme+deployer`. */
const ownerOf = (fullName: string) => fullName.slice(0, fullName.indexOf('+'))

/** Leads from the full name of a robot to its page, for superusers: robots of users have none but for who owns them. */
export function RobotOfAnybodyPage() {
  const { name } = route.useParams()
  const { user } = useSession()
  const owner = ownerOf(name)
  const { data, error, refetch } = useQuery({
    queryKey: ['kind', owner],
    queryFn: () => kindOf(owner),
    enabled: owner !== user.username,
  })
  const kind = owner === user.username ? 'users' : data === 'organization' ? 'orgs' : undefined
  if (kind) {
    const params = { kind, owner, robot: shortNameOf(name) }
    return <Navigate to="/$kind/$owner/robots/$robot" params={params} replace />
  }
  return (
    <Page title={name}>
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Loading what={name} />}
      {data && (
        <p>
          This robot belongs to the user{' '}
          <Link to="/admin/users/$user" params={{ user: owner }}>
            {owner}
          </Link>
          , who alone sees more of it. Where the user is disabled, so is the robot.
        </p>
      )}
    </Page>
  )
}

async function kindOf(username: string): Promise<'user' | 'organization'> {
  const params = { path: { username } }
  try {
    await answerOf(api.GET('/api/v1/superuser/users/{username}', { params }))
    return 'user'
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return 'organization'
    throw error
  }
}
