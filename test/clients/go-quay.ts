import { send } from '../helpers/raw-http.ts'
import { type Decoded, decode, type Shape } from './go-json.ts'

// go-quay at its commit 7cbddb6, its folder lib: without what fails against Quay by its own bugs, and with those of them
// that must go on failing.

const ROBOT = {
  name: 'string',
  token: 'string',
  description: 'string',
  created: 'string',
  last_accessed: 'string',
  teams: [{ name: 'string' }],
  // Typed wrongly: Quay lists bare names, so they must not come unasked.
  repositories: [{ name: 'string' }],
} as const
const PERMISSIONS = {
  permissions: [{ repository: { name: 'string', is_public: 'boolean' }, role: 'string' }],
} as const
const FEDERATION = [{ issuer: 'string', subject: 'string' }] as const
const GRANT = { name: 'string', role: 'string', is_robot: 'boolean' } as const
const MEMBER = { name: 'string', kind: 'string', is_robot: 'boolean', invited: 'boolean' } as const
const PROTOTYPE = {
  id: 'string',
  role: 'string',
  delegate: { kind: 'string', name: 'string', is_robot: 'boolean' },
} as const
const APPLICATION = {
  ...({ name: 'string', description: 'string', client_id: 'string' } as const),
  ...({ client_secret: 'string', application_uri: 'string', redirect_uri: 'string' } as const),
}
const ORGANIZATION = {
  name: 'string',
  email: 'string',
  teams: { '*': { name: 'string', description: 'string', role: 'string' } },
} as const
const REPOSITORY = {
  ...({ namespace: 'string', name: 'string', description: 'string' } as const),
  is_public: 'boolean',
} as const

export type GoRobot = Decoded<typeof ROBOT>

const ACCEPTED: Record<string, number[]> = {
  GET: [200],
  POST: [200, 201],
  PUT: [200, 201, 204],
  DELETE: [200, 204],
}

export function goQuay(url: string, token: string) {
  async function call<const S extends Shape>(
    method: string,
    path: string,
    shape?: S,
    content?: object,
  ): Promise<Decoded<S>> {
    const bodyless = method === 'GET' || method === 'DELETE'
    const { status, text } = await send(url, {
      method,
      path: `/api/v1${path}`,
      headers: {
        ...{ 'user-agent': 'go-quay/dev', authorization: `Bearer ${token}` },
        'content-type': 'application/json',
      },
      ...(!bodyless && { body: content ? JSON.stringify(content) : '' }),
    })
    if (!ACCEPTED[method]?.includes(status)) throw new Error(`${status}: ${faultOf(text)}`)
    const wanted = status === 204 ? undefined : shape
    return (wanted && decode(text, wanted)) as Decoded<S>
  }

  /** The text of key `error`, else the raw body. */
  function faultOf(text: string): string {
    try {
      return decode(text, { error: 'string' }).error || text
    } catch {
      return text
    }
  }

  /** `user`, or `organization/NAME`. */
  const robots = (owner: string, name = '') => `/${owner}/robots${name && `/${name}`}`
  const team = (org: string, name: string) => `/organization/${org}/team/${name}`
  const prototypes = (org: string) => `/organization/${org}/prototypes`
  const applications = (org: string) => `/organization/${org}/applications`

  return {
    userName: async () => (await call('GET', '/user', { username: 'string' })).username,

    listRobots: async (owner: string) =>
      (await call('GET', robots(owner), { robots: [ROBOT] })).robots,
    getRobot: (owner: string, name: string) => call('GET', robots(owner, name), ROBOT),
    createRobot: (owner: string, name: string, description: string) =>
      call('PUT', robots(owner, name), ROBOT, { description, unstructured_metadata: {} }),
    deleteRobot: (owner: string, name: string) => call('DELETE', robots(owner, name)),
    regenerate: (owner: string, name: string) =>
      call('POST', `${robots(owner, name)}/regenerate`, ROBOT),
    robotPermissions: async (owner: string, name: string) =>
      (await call('GET', `${robots(owner, name)}/permissions`, PERMISSIONS)).permissions,
    /** Fails against Quay, which answers the bare list. */
    getFederation: (owner: string, name: string) =>
      call('GET', `${robots(owner, name)}/federation`, { federation: FEDERATION }),
    setFederation: (owner: string, name: string, entries: { issuer: string; subject: string }[]) =>
      call('POST', `${robots(owner, name)}/federation`, undefined, entries),
    deleteFederation: (owner: string, name: string) =>
      call('DELETE', `${robots(owner, name)}/federation`),

    getOrganization: (org: string) => call('GET', `/organization/${org}`, ORGANIZATION),
    /** Fails against Quay, which answers a string, after it has made the organization. */
    createOrganization: (name: string, email: string) =>
      call('POST', '/organization/', ORGANIZATION, { name, email }),
    updateOrganization: (org: string, email: string) =>
      call('PUT', `/organization/${org}`, ORGANIZATION, { email }),
    deleteOrganization: (org: string) => call('DELETE', `/organization/${org}`),

    putTeam: (org: string, name: string, role: string) =>
      call('PUT', team(org, name), { name: 'string', role: 'string' }, { name, role }),
    deleteTeam: (org: string, name: string) => call('DELETE', team(org, name)),
    teamMembers: async (org: string, name: string) =>
      (await call('GET', `${team(org, name)}/members`, { members: [MEMBER] })).members,
    addToTeam: (org: string, name: string, member: string) =>
      call('PUT', `${team(org, name)}/members/${member}`),
    removeFromTeam: (org: string, name: string, member: string) =>
      call('DELETE', `${team(org, name)}/members/${member}`),
    teamPermissions: async (org: string, name: string) =>
      (await call('GET', `${team(org, name)}/permissions`, PERMISSIONS)).permissions,

    createRepository: (namespace: string, repository: string) =>
      call('POST', '/repository', REPOSITORY, {
        ...{ namespace, repository, visibility: 'private', description: '', repo_kind: 'image' },
      }),
    getRepository: (path: string) => call('GET', `/repository/${path}`, REPOSITORY),
    listRepositories: async (namespace: string) =>
      (await call('GET', `/repository?namespace=${namespace}`, { repositories: [REPOSITORY] }))
        .repositories,
    describeRepository: (path: string, description: string) =>
      call('PUT', `/repository/${path}`, undefined, { description }),
    setVisibility: (path: string, visibility: 'public' | 'private') =>
      call('POST', `/repository/${path}/changevisibility`, undefined, { visibility }),
    deleteRepository: (path: string) => call('DELETE', `/repository/${path}`),

    grant: (path: string, kind: 'user' | 'team', name: string, role: string) =>
      call('PUT', `/repository/${path}/permissions/${kind}/${name}`, GRANT, { role }),
    getGrant: (path: string, kind: 'user' | 'team', name: string) =>
      call('GET', `/repository/${path}/permissions/${kind}/${name}`, GRANT),
    revoke: (path: string, kind: 'user' | 'team', name: string) =>
      call('DELETE', `/repository/${path}/permissions/${kind}/${name}`),
    /** Fails against Quay, which answers an object. */
    listGrants: (path: string, kind: 'user' | 'team') =>
      call('GET', `/repository/${path}/permissions/${kind}/`, { permissions: [GRANT] }),
    transitive: async (path: string, user: string) =>
      (
        await call('GET', `/repository/${path}/permissions/user/${user}/transitive`, {
          permissions: [{ role: 'string' }],
        })
      ).permissions,

    listPrototypes: async (org: string) =>
      (await call('GET', prototypes(org), { prototypes: [PROTOTYPE] })).prototypes,
    createPrototype: (org: string, role: string, delegate: { kind: string; name: string }) =>
      call('POST', prototypes(org), PROTOTYPE, { role, delegate }),
    updatePrototype: (org: string, id: string, role: string) =>
      call('PUT', `${prototypes(org)}/${id}`, PROTOTYPE, { role }),
    deletePrototype: (org: string, id: string) => call('DELETE', `${prototypes(org)}/${id}`),

    listApplications: async (org: string) =>
      (await call('GET', applications(org), { applications: [APPLICATION] })).applications,
    createApplication: (org: string, name: string) =>
      call('POST', applications(org), APPLICATION, { name }),
    /** Without the two addresses, which Quay requires. */
    updateApplication: (org: string, id: string, name: string) =>
      call('PUT', `${applications(org)}/${id}`, APPLICATION, { name }),
    deleteApplication: (org: string, id: string) => call('DELETE', `${applications(org)}/${id}`),
  }
}
