import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { NIL_ID } from '../../src/domain/ids.ts'
import { SCOPES, type Scope } from '../../src/domain/scopes.ts'
import { apiOf } from './api.ts'
import { addRepository, addTeam, type NewTeam, namespaceId, type RepositoryGrants } from './rows.ts'
import { PASSWORD, type ServiceOptions, startService } from './service.ts'

/** A superuser whose token holds every scope. */
const ANYBODY = {
  actor: {
    ...({ kind: 'user', userId: NIL_ID, username: 'test', superuser: true } as const),
    scopes: new Set(SCOPES),
    token: { id: NIL_ID, expiresAt: new Date('2100-01-01T00:00:00Z'), application: undefined },
  },
}

/** A running service, and what puts people, tokens and organizations there by their names. */
export type Stage = Awaited<ReturnType<typeof startStage>>

/** Starts a service on which there is nobody yet. */
export async function startStage(options: ServiceOptions = {}) {
  const service = await startService(options)
  const { db, services } = service
  const api = apiOf(service.url)
  let organizations = 0

  const addUser = (username: string, superuser: boolean) =>
    services.users.create(
      { username, password: PASSWORD, email: `${username}@example.com`, superuser },
      {},
    )
  async function userNamed(name: string) {
    const user = await services.users.find(name)
    if (!user) throw new Error(`no user ${name}`)
    return user
  }

  /** An API token; `expiresIn` in seconds, negative for one that has expired. */
  const token = async (username: string, scope: Scope[], expiresIn = 3600) =>
    services.apiTokens.create(await userNamed(username), { name: 'test', scope, expiresIn }, {})

  return {
    ...service,
    api,
    token,

    /** Calls the API with a new token of the user. */
    client: async (username: string, ...scopes: Scope[]) => api.as(await token(username, scopes)),

    async people(...names: string[]) {
      for (const name of names) await addUser(name, false)
    },
    async superusers(...names: string[]) {
      for (const name of names) await addUser(name, true)
    },

    /** An organization that the owner alone administers. @returns its name */
    async organization(name = `org${++organizations}`, owner = 'alice') {
      const { id } = await userNamed(owner)
      await services.organizations.create({ name, email: undefined }, id, {})
      return name
    },

    /** A team of users and robots (`owner+name`). @returns the path of its operations */
    async team(organization: string, team: NewTeam) {
      await addTeam(db, organization, team)
      return `/api/v1/organization/${organization}/team/${team.name}`
    },

    /** A repository (`namespace/name`), private unless said, which nobody has a role in but by the grants. */
    repository: (
      path: string,
      grants: RepositoryGrants = {},
      visibility: 'public' | 'private' = 'private',
    ) => addRepository(db, path, grants, visibility),

    /** A new API token of a robot (`owner+name`); `expiresIn` as above. */
    async robotToken(fullName: string, scopes: Scope[], expiresIn = 3600): Promise<string> {
      const [name = '', shortName = ''] = fullName.split('+')
      const owner = { id: await namespaceId(db, name), name }
      const wanted = { name: 'test', scope: scopes.join(' '), expiration: expiresIn }
      return (await services.robotApiTokens.create(owner, shortName, wanted, ANYBODY)).token
    },

    /** A robot (`owner+name`) that the identities may act as. @returns its static token */
    async robot(fullName: string, entries: FederationEntry[] = []): Promise<string> {
      const [name = '', shortName = ''] = fullName.split('+')
      const owner = { id: await namespaceId(db, name), name, robotPolicy: null }
      const robot = await services.createRobot(owner, { name: shortName }, {})
      if (entries.length > 0) await services.federation.set(owner, shortName, entries, {})
      return robot.token as string
    },
  }
}
