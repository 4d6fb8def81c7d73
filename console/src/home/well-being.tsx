import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { useSession } from '../session/session-query.ts'

/** A service that is not well says so with 503, and why in the same form. */
async function readHealth() {
  const { data, error } = await api.GET('/health/endtoend')
  return (data ?? error)?.data.services
}

const DATABASES = { embedded: 'embedded database', postgresql: 'PostgreSQL' }

/** How the service is, and for superusers which one it is. */
export function WellBeing() {
  const { user } = useSession()
  const health = useQuery({ queryKey: ['health'], queryFn: readHealth })
  const { data: settings } = useQuery({
    queryKey: ['settings'],
    queryFn: () => answerOf(api.GET('/api/v1/superuser/settings')),
    enabled: user.superuser,
  })
  const ill = Object.entries(health.data ?? {}).filter(([, isWell]) => !isWell)
  const { program } = settings ?? {}
  return (
    <p className="quiet corner">
      {health.data && ill.length === 0 && <span className="tag tag-done">the service is well</span>}
      {ill.map(([name]) => (
        <span key={name} className="tag tag-problem">
          {name} is not well
        </span>
      ))}
      {program &&
        ` quay-robots ${program.version} · ${DATABASES[program.database]} · profile ${program.profile}`}
    </p>
  )
}
