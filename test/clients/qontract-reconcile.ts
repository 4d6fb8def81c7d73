import { type RawAnswer, send } from '../helpers/raw-http.ts'

// qontract-reconcile, reconcile/utils/quay_api.py at its commit f8dc7d4: what came after
// its last release on PyPI, which is driven in `python/` and knows no robots. An answer is read as Python reads a dict: a
// key that is missing is an error.

export class HttpError extends Error {}
export class TeamNotFound extends Error {}

interface ListedRobot {
  name: string
  description: string | null
  teams: { name: string }[]
  repositories: string[]
}

export function qontractReconcile(url: string, token: string, org: string) {
  // requests sends a length of 0 with a DELETE too.
  const call = (method: string, path: string, content?: object) =>
    send(url, {
      method,
      path: `/api/v1${path}`,
      headers: {
        ...{ accept: '*/*', 'accept-encoding': 'gzip, deflate' },
        ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      ...(method !== 'GET' && { body: content ? JSON.stringify(content) : '' }),
    })

  /** `raise_for_status`. */
  function checked(answer: RawAnswer): RawAnswer {
    if (answer.status >= 400) throw new HttpError(`${answer.status}: ${answer.text}`)
    return answer
  }
  const change = async (method: string, path: string, content?: object) => {
    checked(await call(method, path, content))
  }
  /** `response.json()[key]`. */
  function item<T>(answer: RawAnswer, key: string): T {
    const body = JSON.parse(answer.text) as Record<string, T>
    if (!Object.hasOwn(body, key)) throw new Error(`KeyError: ${key}`)
    return body[key] as T
  }
  const messageOf = (answer: RawAnswer) =>
    (JSON.parse(answer.text) as { message?: string }).message ?? ''

  const robots = `/organization/${org}/robots`
  const teams = `/organization/${org}/team`
  const repositories = `/repository/${org}`

  const client = {
    async listRobots() {
      const answer = checked(await call('GET', `${robots}?permissions=true`))
      return item<ListedRobot[]>(answer, 'robots').map((robot) => ({
        name: robot.name,
        description: robot.description,
        teams: robot.teams.map(({ name }) => name),
        repositories: robot.repositories.map((name) => name.toLowerCase()),
      }))
    },
    createRobot: (name: string, description: string) =>
      change('PUT', `${robots}/${name}`, { description }),
    deleteRobot: (name: string) => change('DELETE', `${robots}/${name}`),

    async robotPermissions(name: string): Promise<Record<string, string>> {
      const answer = checked(await call('GET', `${robots}/${name}/permissions`))
      const found = item<{ repository: { name: string }; role: string }[]>(answer, 'permissions')
      return Object.fromEntries(found.map(({ repository, role }) => [repository.name, role]))
    },
    setRobotPermission: (repository: string, name: string, role: string) =>
      change('PUT', `${repositories}/${repository}/permissions/user/${org}+${name}`, { role }),
    deleteRobotPermission: (repository: string, name: string) =>
      change('DELETE', `${repositories}/${repository}/permissions/user/${org}+${name}`),

    async teamMembers(team: string): Promise<string[]> {
      const answer = await call('GET', `${teams}/${team}/members?includePending=true`)
      if (answer.status === 404) throw new TeamNotFound(team)
      return item<{ name: string }[]>(checked(answer), 'members').map(({ name }) => name)
    },
    /** A user's name, or a robot's full one. */
    addToTeam: (team: string, member: string) =>
      change('PUT', `${teams}/${team}/members/${member}`),
    /** A member that is none is ignored by the exact words of the refusal. */
    async removeFromTeam(team: string, member: string): Promise<void> {
      const answer = await call('DELETE', `${teams}/${team}/members/${member}`)
      if (answer.status < 400) return
      if (messageOf(answer) !== `User ${member} does not belong to team ${team}`) checked(answer)
    },
    /** Takes a person out of the team, and out of the organization. */
    async removeUser(team: string, user: string): Promise<void> {
      await client.removeFromTeam(team, user)
      await change('DELETE', `/organization/${org}/members/${user}`)
    },
    putTeam: (team: string, role: string, description?: string) =>
      change('PUT', `${teams}/${team}`, { role, ...(description && { description }) }),

    /** Undefined by the exact words of the refusal, whatever its status. */
    async teamRole(repository: string, team: string): Promise<string | undefined> {
      const answer = await call('GET', `${repositories}/${repository}/permissions/team/${team}`)
      const none = 'Team does not have permission for repo.'
      if (answer.status >= 400 && messageOf(answer) === none) return undefined
      return item<string>(checked(answer), 'role')
    },
    setTeamRole: (repository: string, team: string, role: string) =>
      change('PUT', `${repositories}/${repository}/permissions/team/${team}`, { role }),

    userExists: async (user: string) => (await call('GET', `/users/${user}`)).status < 400,

    async listRepositories() {
      const found: { name: string; is_public: boolean; description: string | null }[] = []
      let next: string | undefined
      do {
        const page = next === undefined ? '' : `&next_page=${encodeURIComponent(next)}`
        const answer = checked(await call('GET', `/repository?namespace=${org}${page}`))
        found.push(...item<typeof found>(answer, 'repositories'))
        next = (JSON.parse(answer.text) as { next_page?: string }).next_page
      } while (next)
      return found.map(({ name, is_public, description }) => ({ name, is_public, description }))
    },
    createRepository: (repository: string, description: string, isPublic: boolean) =>
      change('POST', '/repository', {
        ...{ repo_kind: 'image', namespace: org, repository, description },
        visibility: isPublic ? 'public' : 'private',
      }),
    describeRepository: (repository: string, description: string) =>
      change('PUT', `${repositories}/${repository}`, { description }),
    setVisibility: (repository: string, visibility: 'public' | 'private') =>
      change('POST', `${repositories}/${repository}/changevisibility`, { visibility }),
    deleteRepository: (repository: string) => change('DELETE', `${repositories}/${repository}`),
  }
  return client
}
