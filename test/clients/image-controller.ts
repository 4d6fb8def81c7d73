import { type RawAnswer, send } from '../helpers/raw-http.ts'
import { type Decoded, decode, type Shape } from './go-json.ts'

// Konflux image-controller, pkg/quay/quay.go at its commit 17b36a2.

const ROBOT = { name: 'string', token: 'string', description: 'string', message: 'string' } as const
const FAULT = { error: 'string', error_message: 'string' } as const
const ANY_FAULT = { message: 'string', ...FAULT } as const
const GRANT = {
  name: 'string',
  role: 'string',
  is_robot: 'boolean',
  is_org_member: 'boolean',
} as const
const MEMBER = { name: 'string', kind: 'string', is_robot: 'boolean', invited: 'boolean' } as const
const REPOSITORY = {
  name: 'string',
  is_public: 'boolean',
  description: 'string',
  tags: { '*': { name: 'string' } },
} as const

export type Robot = Decoded<typeof ROBOT>

export function imageController(url: string, token: string, org: string) {
  // Go sends a length of 0 with POST and PUT, and none with DELETE.
  function call(method: string, path: string, content?: object): Promise<RawAnswer> {
    const bodyless = method === 'GET' || method === 'DELETE'
    return send(url, {
      method,
      path: `/api/v1${path}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(!bodyless && { body: content ? JSON.stringify(content) : '' }),
    })
  }

  /** Of all but the four calls that read `message`. */
  function fail(answer: RawAnswer): never {
    const { error, error_message } = decode(answer.text, FAULT)
    throw new Error(error || error_message)
  }
  async function read<const S extends Shape>(path: string, shape: S): Promise<Decoded<S>> {
    const answer = await call('GET', path)
    return answer.status === 200 ? decode(answer.text, shape) : fail(answer)
  }
  /** @returns false where it was gone already */
  async function remove(path: string, gone: number[] = [404]): Promise<boolean> {
    const answer = await call('DELETE', path)
    if (answer.status === 204) return true
    return gone.includes(answer.status) ? false : fail(answer)
  }

  const robots = `/organization/${org}/robots`
  const teams = `/organization/${org}/team`
  const grants = (repository: string) => `/repository/${org}/${repository}/permissions`

  const client = {
    async createRobotAccount(name: string): Promise<Robot> {
      const description = 'Robot account for Konflux Component'
      const answer = await call('PUT', `${robots}/${name}`, { description })
      if (answer.status >= 200 && answer.status <= 204) return decode(answer.text, ROBOT)
      const { message, error_message, error } = decode(answer.text, ANY_FAULT)
      const text = message || error_message || error
      if (answer.status === 400 && text.includes('Existing robot with name')) {
        const existing = await client.getRobotAccount(name)
        if (!existing) throw new Error(`robot ${name} exists and does not`)
        return existing
      }
      throw new Error(text)
    },

    async getRobotAccount(name: string): Promise<Robot | undefined> {
      const answer = await call('GET', `${robots}/${name}`)
      const robot = decode(answer.text, ROBOT)
      if (answer.status === 200) return robot
      const absent = 'Could not find robot with specified username'
      if (answer.status === 400 && robot.message.includes(absent)) return undefined
      throw new Error(robot.message)
    },

    async regenerateRobotToken(name: string): Promise<Robot> {
      const answer = await call('POST', `${robots}/${name}/regenerate`)
      const robot = decode(answer.text, ROBOT)
      if (answer.status !== 200) throw new Error(robot.message)
      return robot
    },

    deleteRobotAccount: (name: string) => remove(`${robots}/${name}`),

    async listRobots() {
      return (await read(robots, { robots: [ROBOT] })).robots
    },

    async putPermission(repository: string, robot: string, role: 'read' | 'write') {
      const answer = await call('PUT', `${grants(repository)}/user/${org}+${robot}`, { role })
      if (answer.status !== 200) fail(answer)
    },

    async removePermission(repository: string, robot: string): Promise<void> {
      const answer = await call('DELETE', `${grants(repository)}/user/${org}+${robot}`)
      if (answer.status === 204 || answer.status === 404) return
      const { message, error_message, error } = decode(answer.text, ANY_FAULT)
      const text = message || error_message || error
      const none = text.includes('User does not have permission for repo')
      if (!(answer.status === 400 && none)) throw new Error(text)
    },

    async listPermissions(repository: string) {
      return (await read(`${grants(repository)}/user`, { permissions: { '*': GRANT } })).permissions
    },

    async putTeamPermission(repository: string, team: string) {
      const answer = await call('PUT', `${grants(repository)}/team/${team}`, { role: 'read' })
      if (answer.status !== 200) fail(answer)
    },

    /** @returns whether it was created now */
    async createRepository(repository: string, visibility = 'private'): Promise<boolean> {
      const content = { namespace: org, visibility, repository, description: 'made by Konflux' }
      const answer = await call('POST', '/repository', content)
      if (answer.status === 200 || answer.status === 201) {
        decode(answer.text, { name: 'string' })
        return true
      }
      if (answer.status === 402) throw new Error('payment required')
      const { error_message } = decode(answer.text, FAULT)
      if (answer.status === 400 && error_message === 'Repository already exists') return false
      return fail(answer)
    },

    async isPublic(repository: string): Promise<boolean | undefined> {
      const answer = await call('GET', `/repository/${org}/${repository}`)
      if (answer.status === 404) return undefined
      return answer.status === 200 ? decode(answer.text, REPOSITORY).is_public : fail(answer)
    },

    deleteRepository: (repository: string) => remove(`/repository/${org}/${repository}`),

    async changeVisibility(repository: string, visibility: 'public' | 'private') {
      const path = `/repository/${org}/${repository}/changevisibility`
      const answer = await call('POST', path, { visibility })
      if (answer.status === 402) throw new Error('payment required')
      if (answer.status !== 200) fail(answer)
    },

    async listRepositories(): Promise<string[]> {
      const names: string[] = []
      let next = ''
      do {
        const page = await read(
          `/repository?last_modified=true&namespace=${org}${next && `&next_page=${next}`}`,
          { repositories: [REPOSITORY], next_page: 'string' },
        )
        names.push(...(page.repositories ?? []).map(({ name }) => name))
        next = page.next_page
      } while (next !== '')
      return names
    },

    /** Creates the team where there is none. */
    async ensureTeam(team: string) {
      const answer = await call('GET', `${teams}/${team}/members`)
      if (answer.status !== 404 && answer.status !== 200) fail(answer)
      const { members } = decode(answer.text, { members: [MEMBER] })
      if (answer.status === 200 && members) return members
      const created = await call('PUT', `${teams}/${team}`, { role: 'member' })
      if (created.status !== 200) fail(created)
      return []
    },

    /** @returns false for good where there is no such user */
    async addToTeam(team: string, user: string): Promise<boolean> {
      const answer = await call('PUT', `${teams}/${team}/members/${user}`)
      if (answer.status === 400 || answer.status === 404) return false
      return answer.status === 200 || fail(answer)
    },

    removeFromTeam: (team: string, user: string) =>
      remove(`${teams}/${team}/members/${user}`, [404, 400]),
    deleteTeam: (team: string) => remove(`${teams}/${team}`, [404, 400]),

    async teamPermissions(team: string) {
      const grant = {
        repository: { name: 'string', is_public: 'boolean' },
        role: 'string',
      } as const
      return (await read(`${teams}/${team}/permissions`, { permissions: [grant] })).permissions
    },
  }
  return client
}
