import { type AnsibleApi, ModuleFailure } from './ansible-api.ts'
import type { Task } from './ansible-modules.ts'

// The modules of the Ansible collection for accounts and what opens them (ansible-api.ts).

/** `quay_organization`. */
export async function quayOrganization(
  api: AnsibleApi,
  task: Task & { name: string; email?: string; newName?: string },
): Promise<boolean> {
  const { name, email, newName, state } = task
  const path = `organization/${name}`
  const found = await api.get<Record<string, unknown>>(path)
  if (state === 'absent') return api.delete(found, path)
  if (newName !== undefined && (await api.organization(newName))) return false
  if (!found) {
    await api.create('organization/', { name: newName ?? name, ...(email && { email }) })
    return true
  }
  const updated = email !== undefined && (await api.update(found, path, { email }))
  if (newName !== undefined) await api.put(`superuser/organizations/${name}`, { name: newName })
  return updated || newName !== undefined
}

interface Application extends Record<string, unknown> {
  name: string
  client_id: string
  client_secret: string
}

/** `quay_application`. */
export async function quayApplication(
  api: AnsibleApi,
  task: Task & {
    organization: string
    name: string
    description?: string
    applicationUri?: string
    redirectUri?: string
  },
): Promise<{ changed: boolean; clientId?: string; clientSecret?: string }> {
  const path = `organization/${task.organization}/applications`
  const listed = await api.get<{ applications: Application[] }>(path)
  const found = listed?.applications.find(({ name }) => name === task.name)
  if (task.state === 'absent') {
    return { changed: await api.delete(found, `${path}/${found?.client_id}`) }
  }
  const wanted = {
    name: task.name,
    description: task.description ?? found?.description ?? '',
    application_uri: task.applicationUri ?? found?.application_uri ?? '',
    redirect_uri: task.redirectUri ?? found?.redirect_uri ?? '',
  }
  const shown = ({ client_id, client_secret }: Application) => ({
    ...{ clientId: client_id, clientSecret: client_secret },
  })
  if (!found) return { changed: true, ...shown(await api.create<Application>(path, wanted)) }
  const changed = await api.update(found, `${path}/${found.client_id}`, wanted)
  return { changed, ...shown(found) }
}

/** `quay_first_user`, which nobody's token is needed for; returns the access token. */
export async function quayFirstUser(
  api: AnsibleApi,
  user: { username: string; password: string; email: string },
): Promise<string | undefined> {
  const answer = await api.create<{ access_token?: string }>('user/initialize', {
    ...user,
    access_token: true,
  })
  return answer.access_token
}

/** `quay_user`. */
export async function quayUser(
  api: AnsibleApi,
  task: Task & { username: string; email?: string; password?: string; enabled?: boolean },
): Promise<boolean> {
  const { username, email, password, enabled, state } = task
  const path = `superuser/users/${username}`
  const found = await api.get<Record<string, unknown>>(path)
  if (found?.super_user) throw new ModuleFailure(`${username} is a superuser`)
  if (state === 'absent') return api.delete(found, path)
  if (!found) await api.create('superuser/users/', { username, ...(email && { email }) })
  const wanted = {
    ...(email !== undefined && { email }),
    ...(enabled !== undefined && { enabled }),
    // Always an update: what the password was is not known.
    ...(password !== undefined && { password }),
  }
  const updated = await api.update(found ?? { email, enabled: true }, path, wanted)
  return !found || updated
}

/** `quay_docker_token`; the secret is shown whenever the token exists. */
export async function quayDockerToken(
  api: AnsibleApi,
  task: Task & { title: string },
): Promise<{ changed: boolean; code?: string }> {
  const path = 'user/apptoken'
  type Listed = { tokens: { title: string; uuid: string }[] }
  const listed = await api.get<Listed>(path)
  const found = listed?.tokens.find(({ title }) => title === task.title)
  if (task.state === 'absent') {
    return { changed: await api.delete(found, `${path}/${found?.uuid}`) }
  }
  type Shown = { token: { token_code: string } }
  if (!found) {
    const { token } = await api.create<Shown>(path, { title: task.title })
    return { changed: true, code: token.token_code }
  }
  const shown = await api.get<Shown>(`${path}/${found.uuid}`)
  if (!shown) throw new ModuleFailure(`no token ${found.uuid}`)
  return { changed: false, code: shown.token.token_code }
}
