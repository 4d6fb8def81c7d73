import type { Actor } from '../../src/domain/actor.ts'
import type { Scope } from '../../src/domain/scopes.ts'

const token = (application?: { clientId: string; name: string }) => ({
  ...{ id: 'token', expiresAt: new Date('2030-01-01T00:00:00Z'), application },
})

/** A user who calls the API, with these scopes. */
export const userActor = ({
  scopes = [],
  superuser = false,
}: {
  scopes?: readonly Scope[]
  superuser?: boolean
} = {}): Actor => ({
  ...{ kind: 'user', userId: 'alice-id', username: 'alice', superuser },
  ...{ scopes: new Set(scopes), token: token() },
})

/** An application that calls for itself. */
export const applicationActor = (organizationId = 'acme-id', name = 'ci'): Actor => ({
  ...{ kind: 'application', applicationId: 'app-id', name, organizationId },
  ...{ scopes: new Set<Scope>(['org:admin']), token: token({ clientId: 'ABC', name }) },
})
