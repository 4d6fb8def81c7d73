import { send } from '../helpers/raw-http.ts'
import { type Decoded, decode, type Shape } from './go-json.ts'

// terraform-provider-quay with its generated client, at its commit 2496dbe. A resource is created, read, updated and deleted as Terraform does it.

const API_ERROR = {
  status: 'number',
  type: 'string',
  title: 'string',
  detail: 'string',
  error_message: 'string',
  error_type: 'string',
} as const
const ROBOT = { name: 'string', token: 'string', description: 'string' } as const
const TEAM = { name: 'string', role: 'string', description: 'string' } as const
const ORGANIZATION = { name: 'string', email: 'string', teams: { '*': TEAM } } as const
const MEMBERS = { members: [{ name: 'string' }] } as const
const REPOSITORY = {
  name: 'string',
  namespace: 'string',
  description: 'string',
  is_public: 'boolean',
} as const

/** What `ApiError.UnmarshalJSON` makes of a body: its required keys must be there, and no other. */
export function decodeApiError(text: string): Decoded<typeof API_ERROR> {
  const keys = JSON.parse(text) as object
  for (const key of ['status', 'type', 'title']) {
    if (!Object.hasOwn(keys, key)) throw new Error(`no value given for required property ${key}`)
  }
  return decode(text, API_ERROR, { strict: true })
}

export class ApiFailure extends Error {
  readonly status: number
  /** Undefined where the answer could not be decoded. */
  readonly model: Decoded<typeof API_ERROR> | undefined

  constructor(status: number, text: string) {
    const [model, flaw] = modelOf(status, text)
    super(flaw ?? `${status} ${model?.error_message}`)
    this.status = status
    this.model = model
  }
}

function modelOf(status: number, text: string) {
  if (![400, 401, 403, 404].includes(status)) return [undefined, `${status} ${text}`] as const
  try {
    return [decodeApiError(text), undefined] as const
  } catch (error) {
    return [undefined, (error as Error).message] as const
  }
}

/** `url.PathEscape`: a plus stays what it is. */
const escaped = (text: string) => encodeURIComponent(text).replaceAll('%2B', '+')

export function terraformProvider(url: string, token: string) {
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
        ...{ authorization: `Bearer ${token}`, accept: 'application/json' },
        'user-agent': 'OpenAPI-Generator/1.0.0/go',
        ...(content && { 'content-type': 'application/json; charset=utf-8' }),
      },
      ...(!bodyless && { body: content ? JSON.stringify(content) : '' }),
    })
    if (status >= 300) throw new ApiFailure(status, text)
    return (shape && decode(text, shape)) as Decoded<S>
  }

  const organization = (org: string) => `/organization/${org}`
  const robot = (org: string, name: string) => `/organization/${org}/robots/${name}`
  const team = (org: string, name: string) => `/organization/${org}/team/${name}`
  const repository = (org: string, name: string) => `/repository/${escaped(`${org}/${name}`)}`
  const grant = (org: string, name: string, of: string) =>
    `${repository(org, name)}/permissions/team/${of}`

  const teams = {
    async create(org: string, name: string, role: string, description: string, members: string[]) {
      await call('PUT', team(org, name), TEAM, { role, description })
      for (const member of members)
        await call('PUT', `${team(org, name)}/members/${escaped(member)}`)
      return teams.read(org, name)
    },
    async read(org: string, name: string) {
      const { members } = await call('GET', `${team(org, name)}/members`, MEMBERS)
      const found = (await call('GET', organization(org), ORGANIZATION)).teams?.[name]
      if (!found) throw new Error(`no team ${name}`)
      const { role, description } = found
      return { role, description, members: members?.map((member) => member.name) ?? [] }
    },
    /** A member whose account is gone, which a 404 tells, is skipped. */
    async removeMember(org: string, name: string, member: string): Promise<'removed' | 'skipped'> {
      try {
        await call('DELETE', `${team(org, name)}/members/${escaped(member)}`)
        return 'removed'
      } catch (error) {
        if (error instanceof ApiFailure && error.model?.status === 404) return 'skipped'
        throw error
      }
    },
    delete: (org: string, name: string) => call('DELETE', team(org, name)),
  }

  return {
    organizations: {
      async create(name: string, email: string) {
        await call('POST', '/organization/', undefined, { name, email })
        return call('GET', organization(name), ORGANIZATION)
      },
      read: (org: string) => call('GET', organization(org), ORGANIZATION),
      async update(org: string, email: string) {
        await call('PUT', organization(org), undefined, { name: org, email })
        return call('GET', organization(org), ORGANIZATION)
      },
      rename: (org: string, name: string) =>
        call('PUT', `/superuser/organizations/${org}`, undefined, { name }),
      delete: (org: string) => call('DELETE', organization(org)),
    },

    robots: {
      create: (org: string, name: string, description: string) =>
        call('PUT', robot(org, name), ROBOT, { description }),
      /** Fails for a robot that was deleted elsewhere: its state is never dropped. */
      read: (org: string, name: string) => call('GET', robot(org, name), ROBOT),
      delete: (org: string, name: string) => call('DELETE', robot(org, name)),
    },

    teams,

    teamPermissions: {
      put: (org: string, name: string, of: string, role: string) =>
        call('PUT', grant(org, name, of), { role: 'string' }, { role }),
      read: async (org: string, name: string, of: string) =>
        (await call('GET', grant(org, name, of), { role: 'string' })).role,
      delete: (org: string, name: string, of: string) => call('DELETE', grant(org, name, of)),
    },

    repositories: {
      async create(namespace: string, name: string, visibility: string, description: string) {
        const content = { namespace, repository: name, visibility, description }
        await call('POST', '/repository', undefined, content)
        return call('GET', repository(namespace, name), REPOSITORY)
      },
      read: (org: string, name: string) => call('GET', repository(org, name), REPOSITORY),
      async update(org: string, name: string, visibility: string, description: string) {
        const path = repository(org, name)
        await call('PUT', path, undefined, { description })
        await call('POST', `${path}/changevisibility`, undefined, { visibility })
        return call('GET', path, REPOSITORY)
      },
      delete: (org: string, name: string) => call('DELETE', repository(org, name)),
    },
  }
}
