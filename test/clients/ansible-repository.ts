import { type AnsibleApi, ModuleFailure } from './ansible-api.ts'
import { requireAll, type Task } from './ansible-modules.ts'

// The module of the Ansible collection for repositories (ansible-api.ts).

interface Permission {
  name: string
  type: 'user' | 'team'
  role: string
}

/** `name` is `NAMESPACE/REPOSITORY`. */
interface RepositoryTask extends Task {
  name: string
  description?: string
  visibility?: 'public' | 'private'
  perms?: Permission[]
}

/** `quay_repository`. */
export async function quayRepository(api: AnsibleApi, task: RepositoryTask): Promise<boolean> {
  checkArguments(task)
  await api.whoAmI()
  const [namespace = ''] = task.name.split('/')
  if (!(await api.namespace(namespace))) {
    if (task.state === 'absent') return false
    throw new ModuleFailure(`The ${namespace} namespace does not exist.`)
  }
  const path = `repository/${task.name}`
  const found = await api.get(path)
  if (task.state === 'absent') return api.delete(found, path)

  const changed = found ? await settle(api, path, found, task) : await make(api, namespace, task)
  return (await settleAll(api, path, namespace, task.perms)) || changed
}

/** As `AnsibleModule` does before anything is called. */
function checkArguments({ perms = [] }: RepositoryTask) {
  for (const { type } of perms as { type: string }[]) {
    if (type === 'user' || type === 'team') continue
    throw new ModuleFailure(`value of type must be one of: user, team, got: ${type} found in perms`)
  }
}

async function make(api: AnsibleApi, namespace: string, task: RepositoryTask): Promise<true> {
  await api.create('repository', {
    ...{ namespace, repository: task.name.slice(namespace.length + 1), repo_kind: 'image' },
    ...{ description: task.description ?? '', visibility: task.visibility ?? 'private' },
  })
  return true
}

async function settle(
  api: AnsibleApi,
  path: string,
  found: Record<string, unknown>,
  { description, visibility }: RepositoryTask,
): Promise<boolean> {
  const described = description !== undefined && (await api.update(found, path, { description }))
  if (!visibility || found.is_public === (visibility === 'public')) return described
  await api.create(`${path}/changevisibility`, { visibility })
  return true
}

async function settleAll(
  api: AnsibleApi,
  path: string,
  namespace: string,
  perms: Permission[] | undefined,
): Promise<boolean> {
  if (!perms) return false
  const of = (type: Permission['type']) => perms.filter((permission) => permission.type === type)
  const teams = await setPermissions(api, `${path}/permissions/team`, of('team'), namespace)
  const users = await setPermissions(api, `${path}/permissions/user`, of('user'), namespace)
  return teams || users
}

async function setPermissions(
  api: AnsibleApi,
  path: string,
  wanted: Permission[],
  namespace: string,
): Promise<boolean> {
  const listed = await api.get<{ permissions: Record<string, Permission> }>(`${path}/`)
  if (!listed) throw new TypeError("'NoneType' object has no attribute 'get'")
  const same = (a: Permission) => (b: Permission) => a.name === b.name && a.role === b.role
  const current = Object.values(listed.permissions)
  const toAdd = wanted.filter((permission) => !current.some(same(permission)))
  const toDelete = current.filter((permission) => !wanted.some(same(permission)))
  await requireAll(
    toAdd.map(({ name }) => name),
    (name) => (path.endsWith('/team') ? api.team(namespace, name) : api.account(name)),
  )
  for (const { name } of toDelete) await api.delete(true, `${path}/${name}`)
  for (const { name, role } of toAdd) await api.put(`${path}/${name}`, { role })
  return toAdd.length + toDelete.length > 0
}
