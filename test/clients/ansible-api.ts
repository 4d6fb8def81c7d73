import { type RawAnswer, send } from '../helpers/raw-http.ts'

// The Ansible collection quay_configuration 2.8.1 (commit f4a7086), plugins/module_utils/api_module.py: what all its
// modules do with an answer.

/** What makes a task fail. */
export class ModuleFailure extends Error {}

type Json = Record<string, unknown>

const FATAL = [401, 403, 405]

export interface Query {
  [name: string]: boolean
}

export class AnsibleApi {
  readonly url: string
  readonly token: string | undefined

  constructor(url: string, token?: string) {
    this.url = url
    this.token = token
  }

  private async request(method: string, path: string, acceptable: number[], content?: object) {
    const body = content && JSON.stringify(content)
    const answer = await send(this.url, {
      method,
      path: `/api/v1/${path}`,
      headers: {
        ...{ accept: 'application/json', 'content-type': 'application/json' },
        ...{ 'accept-encoding': 'identity', connection: 'close' },
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
      },
      ...(body !== undefined && { body }),
    })
    const { status } = answer
    if (!acceptable.includes(status) && (FATAL.includes(status) || status >= 500)) {
      throw new ModuleFailure(`${method} ${path}: ${status} ${messageOf(answer)}`)
    }
    if (answer.text !== '' && answer.body === undefined) {
      throw new ModuleFailure(`Failed to parse the JSON response from ${method} ${path}`)
    }
    return answer
  }

  /** `get_object_path`: undefined where the answer is one of those that mean absence. */
  async get<T = Json>(path: string, query: Query = {}, absent = [404]): Promise<T | undefined> {
    const words = Object.entries(query).map(([name, on]) => `${name}=${on ? 'True' : 'False'}`)
    const target = words.length === 0 ? path : `${path}?${words.join('&')}`
    const answer = await this.request('GET', target, absent)
    if (absent.includes(answer.status)) return undefined
    return this.result<T>('get', path, answer, [200])
  }

  async create<T = Json>(path: string, content: object): Promise<T> {
    const good = [200, 201, 204]
    return this.result<T>('create', path, await this.request('POST', path, good, content), good)
  }

  /** `unconditional_update`. */
  async put<T = Json>(path: string, content: object): Promise<T> {
    const answer = await this.request('PUT', path, [], content)
    return this.result<T>('update', path, answer, [200, 201, 204])
  }

  /** `update`: only if there is something new in `content`; returns whether there was. */
  async update(old: Json | undefined, path: string, content: Json): Promise<boolean> {
    const changed = Object.entries(content).some(([key, value]) => old?.[key] !== value)
    if (changed) await this.put(path, content)
    return changed
  }

  /** Returns whether something changed: a 400 or a 404 passes for "already gone", without a word. */
  async delete(object: unknown, path: string): Promise<boolean> {
    if (object === undefined) return false
    const answer = await this.request('DELETE', path, [])
    if ([400, 404].includes(answer.status)) return false
    this.result('delete', path, answer, [200, 201, 202, 204])
    return true
  }

  private result<T>(what: string, path: string, answer: RawAnswer, good: number[]): T {
    if (!good.includes(answer.status)) {
      throw new ModuleFailure(`Unable to ${what} ${path}: ${answer.status}: ${messageOf(answer)}`)
    }
    return (answer.body ?? {}) as T
  }

  async whoAmI(): Promise<string | undefined> {
    return (await this.get<{ username: string }>('user/'))?.username
  }

  organization(name: string) {
    return this.get<{ email: string; teams?: Record<string, Json> }>(`organization/${name}`)
  }

  async team(organization: string, name: string): Promise<Json | undefined> {
    return (await this.organization(organization))?.teams?.[name]
  }

  /** `get_account`: a robot by its full name, or a user. */
  async account(name: string): Promise<{ isRobot: boolean } | undefined> {
    const [namespace = '', short] = name.split(/\+(.*)/)
    if (short === undefined) {
      if (await this.userRobot(name)) return { isRobot: true }
      return (await this.userExists(name)) ? { isRobot: false } : undefined
    }
    const path = `organization/${namespace}/robots/${short}`
    if (await this.get(path, {}, [400, 404])) return { isRobot: true }
    if ((await this.whoAmI()) !== namespace) return undefined
    return (await this.userRobot(short)) ? { isRobot: true } : undefined
  }

  private userRobot(name: string) {
    return this.get(`user/robots/${name}`, {}, [400, 404])
  }

  private async userExists(name: string): Promise<boolean> {
    const query = { includeOrgs: false, includeTeams: false }
    const found = await this.get<{ results?: { name: string }[] }>(`entities/${name}`, query)
    return found?.results?.some((result) => result.name === name) ?? false
  }

  /** `get_namespace`, with the refusal of a namespace that is another user's. */
  async namespace(name: string): Promise<'organization' | 'user' | undefined> {
    if (await this.organization(name)) return 'organization'
    const account = await this.account(name)
    if (!account || account.isRobot) return undefined
    const me = await this.whoAmI()
    if (me !== name)
      throw new ModuleFailure(`You (${me}) are not the owner of ${name}'s namespace.`)
    return 'user'
  }
}

/** `message`, else `title: error_message`. */
function messageOf({ body }: RawAnswer): string {
  if (typeof body !== 'object' || body === null) return String(body ?? '')
  const { message, title, error_message } = body as Record<string, string>
  return message || [title, error_message].filter(Boolean).join(': ')
}
