import { type AnsibleApi, ModuleFailure } from './ansible-api.ts'

// The modules of the Ansible collection (ansible-api.ts) for robots, teams and default permissions. Each takes what a task says and returns whether it changed anything.

export interface Task {
  state?: 'present' | 'absent'
}
export interface Federation {
  issuer: string
  subject: string
}

const sameEntry = (a: Federation) => (b: Federation) =>
  a.issuer === b.issuer && a.subject === b.subject

/** `quay_robot`; `name` with or without its namespace. */
export async function quayRobot(
  api: AnsibleApi,
  task: Task & { name: string; description?: string; federations?: Federation[] },
): Promise<{ changed: boolean; name?: string; token?: string }> {
  const me = await api.whoAmI()
  const [namespace = '', name] = task.name.includes('+') ? task.name.split('+') : [me, task.name]
  const kind = await api.namespace(namespace)
  if (!kind) {
    if (task.state === 'absent') return { changed: false }
    throw new ModuleFailure(`The ${namespace} namespace does not exist.`)
  }
  const owner = kind === 'organization' ? `organization/${namespace}` : 'user'
  const path = `${owner}/robots/${name}`
  const found = await api.get<{ name: string; token: string }>(path, {}, [400, 404])
  if (task.state === 'absent') return { changed: await api.delete(found, path) }

  const { description } = task
  const robot =
    found ??
    (await api.put<{ name: string; token: string }>(path, description ? { description } : {}))
  const federated = await setFederation(api, path, found !== undefined, task.federations)
  return { changed: !found || federated, name: robot.name, token: robot.token }
}

/** Always the whole new list; never DELETE. */
async function setFederation(
  api: AnsibleApi,
  robot: string,
  existed: boolean,
  wanted: Federation[] | undefined,
): Promise<boolean> {
  if (!wanted) return false
  const path = `${robot}/federation`
  const current = existed ? ((await api.get<Federation[]>(path)) ?? []) : []
  const missing = wanted.filter((entry) => !current.some(sameEntry(entry)))
  const extra = current.filter((entry) => !wanted.some(sameEntry(entry)))
  if (missing.length + extra.length === 0) return false
  await api.create(
    path,
    wanted.map((entry) => ({ ...entry, isExpanded: false })),
  )
  return true
}

/** `quay_team`. */
export async function quayTeam(
  api: AnsibleApi,
  task: Task & {
    organization: string
    name: string
    role?: string
    description?: string
    members?: string[]
  },
): Promise<boolean> {
  const { organization, name, state, members = [] } = task
  const found = await organizationOf(api, organization, state)
  if (!found) return false
  const old = found.teams?.[name]
  const path = `organization/${organization}/team/${name}`
  if (state === 'absent') {
    if (old) await api.update(old, path, { role: 'member' })
    return api.delete(old, path)
  }

  const updated = await api.update(old, path, {
    name,
    role: task.role ?? old?.role ?? 'member',
    ...(task.description !== undefined && { description: task.description }),
  })
  const listed = await api.get<{ members: { name: string }[] }>(`${path}/members`, {
    includePending: true,
  })
  const current = listed?.members.map((member) => member.name) ?? []
  const toAdd = members.filter((member) => !current.includes(member))
  const toDelete = current.filter((member) => !members.includes(member))
  await requireAll(toAdd, (member) => api.account(member))
  for (const member of toAdd) await api.put(`${path}/members/${member}`, {})
  for (const member of toDelete) await api.delete(true, `${path}/members/${member}`)
  return updated || toAdd.length + toDelete.length > 0
}

async function organizationOf(api: AnsibleApi, name: string, state: Task['state']) {
  const found = await api.organization(name)
  if (!found && state !== 'absent') {
    throw new ModuleFailure(`The ${name} organization does not exist.`)
  }
  return found
}

export async function requireAll(names: string[], find: (name: string) => Promise<unknown>) {
  const missing: string[] = []
  for (const name of names) if (!(await find(name))) missing.push(name)
  if (missing.length > 0) throw new ModuleFailure(`does not exist: ${missing.join(', ')}`)
}

interface Prototype {
  id: string
  role: string
  activating_user: { name: string } | null
  delegate: { name: string; kind: string }
}

/** `quay_default_perm`; without a creator it is for what anybody creates. */
export async function quayDefaultPerm(
  api: AnsibleApi,
  task: Task & {
    organization: string
    name: string
    type?: 'user' | 'team'
    role?: string
    creator?: string
  },
): Promise<boolean> {
  const { organization, name, type = 'user', role = 'read', creator, state } = task
  if (!(await organizationOf(api, organization, state))) return false
  const path = `organization/${organization}/prototypes`
  const listed = await api.get<{ prototypes: Prototype[] }>(path)
  const found = listed?.prototypes.find(
    ({ delegate, activating_user }) =>
      delegate.name === name && delegate.kind === type && activating_user?.name === creator,
  )
  if (state === 'absent') return api.delete(found, `${path}/${found?.id}`)
  if (found) return api.update({ role: found.role }, `${path}/${found.id}`, { role })

  if (creator) await requireAll([creator], (user) => api.account(user))
  await requireAll([name], (of) => (type === 'team' ? api.team(organization, of) : api.account(of)))
  await api.create(path, {
    ...{ delegate: { name, kind: type }, role },
    ...(creator && { activating_user: { name: creator } }),
  })
  return true
}
