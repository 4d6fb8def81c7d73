import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { readSession, type Session } from '../api/session.ts'

/** Who is signed in, and how one signs in. Asked once; what changes it says so. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: readSession,
  staleTime: Number.POSITIVE_INFINITY,
})

/** `host[:port]` of the registry, as clients log in to it. */
export const useRegistryHost = (): string => useSuspenseQuery(sessionQuery).data.registry_host

/** Within the shell, which is there only while somebody is signed in. */
export function useSession(): Session {
  const { session } = useSuspenseQuery(sessionQuery).data
  if (!session) throw new Error('nobody is signed in')
  return session
}
