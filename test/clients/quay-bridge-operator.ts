import { send } from '../helpers/raw-http.ts'
import { type Decoded, decode, type Shape } from './go-json.ts'

// quay-bridge-operator, pkg/client/quay/client.go and controllers/namespace_controller.go at its
// commit 78a6944: it looks at statuses, never at texts.

const ROBOTS = { builder: 'write', default: 'read', deployer: 'read' } as const
const ROBOT = { name: 'string', token: 'string' } as const
const PROTOTYPE = {
  id: 'string',
  role: 'string',
  delegate: { kind: 'string', name: 'string', is_robot: 'boolean', is_org_member: 'boolean' },
} as const
const REPOSITORY = { namespace: 'string', name: 'string', tags: { '*': 'any' } } as const

export type BridgeRobot = Decoded<typeof ROBOT>
type Prototype = Decoded<typeof PROTOTYPE>

export function quayBridgeOperator(url: string, token: string) {
  /** Every answer is decoded, whatever its status; one without JSON is an error. */
  async function call<const S extends Shape>(
    method: string,
    path: string,
    shape: S,
    content?: object,
  ) {
    const bodyless = method === 'GET' || method === 'DELETE'
    const { status, text } = await send(url, {
      method,
      path: `/api/v1${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(content && { 'content-type': 'application/json' }),
      },
      ...(!bodyless && { body: content ? JSON.stringify(content) : '' }),
    })
    // A 204 has nothing to decode.
    if (status === 204) return { status, value: undefined }
    return { status, value: decode(text, shape) }
  }

  function expectStatus(what: string, status: number, wanted: number) {
    if (status !== wanted) throw new Error(`${what}: status code ${status}, expected ${wanted}`)
  }

  async function ensureOrganization(org: string): Promise<void> {
    const found = await call('GET', `/organization/${org}`, { name: 'string' })
    if (found.status === 404) {
      const content = { name: org, email: `${org}@redhat.com` }
      const created = await call('POST', '/organization/', 'string', content)
      return expectStatus('create organization', created.status, 201)
    }
    expectStatus('get organization', found.status, 200)
  }

  /** Any status but 400 goes on with the answer as a robot, whatever it is. */
  async function ensureRobot(org: string, name: string): Promise<BridgeRobot> {
    const path = `/organization/${org}/robots/${name}`
    const found = await call('GET', path, ROBOT)
    if (found.status !== 400) return found.value ?? { name: '', token: '' }
    const created = await call('PUT', path, ROBOT)
    expectStatus('create robot', created.status, 201)
    return created.value ?? { name: '', token: '' }
  }

  async function listPrototypes(org: string): Promise<Prototype[]> {
    const found = await call('GET', `/organization/${org}/prototypes`, { prototypes: [PROTOTYPE] })
    expectStatus('get prototypes', found.status, 200)
    return found.value?.prototypes ?? []
  }

  const isFor = (name: string, role: string) => (prototype: Prototype) =>
    prototype.role === role &&
    prototype.delegate.name === name &&
    prototype.delegate.is_robot &&
    prototype.delegate.is_org_member

  async function ensurePrototype(org: string, robot: BridgeRobot, role: string): Promise<void> {
    if ((await listPrototypes(org)).some(isFor(robot.name, role))) return
    const delegate = { kind: 'user', name: robot.name, is_robot: true, is_org_member: true }
    const created = await call('POST', `/organization/${org}/prototypes`, PROTOTYPE, {
      id: '',
      role,
      delegate,
    })
    expectStatus('create prototype', created.status, 200)
  }

  return {
    listPrototypes,

    /** What a new namespace of the cluster sets off. */
    async setUpNamespace(org: string): Promise<Record<string, BridgeRobot>> {
      await ensureOrganization(org)
      const entries = await Promise.all(
        Object.keys(ROBOTS).map(async (name) => [name, await ensureRobot(org, name)] as const),
      )
      const robots = Object.fromEntries(entries)
      for (const [name, role] of Object.entries(ROBOTS)) {
        await ensurePrototype(org, robots[name] ?? { name: '', token: '' }, role)
      }
      return robots
    },

    /** @returns whether it was created now */
    async ensureRepository(org: string, repository: string): Promise<boolean> {
      const found = await call('GET', `/repository/${org}/${repository}`, REPOSITORY)
      if (found.status !== 403 && found.status !== 404) {
        expectStatus('get repository', found.status, 200)
        return false
      }
      const created = await call('POST', '/repository', REPOSITORY, {
        namespace: org,
        visibility: 'private',
        repository,
        description: '',
        repo_kind: 'image',
      })
      expectStatus('create repository', created.status, 201)
      return true
    },

    async deleteOrganization(org: string): Promise<void> {
      const { status } = await call('DELETE', `/organization/${org}`, 'any')
      expectStatus('delete organization', status, 204)
    },

    async userName(): Promise<string> {
      const { status, value } = await call('GET', '/user', { username: 'string' })
      expectStatus('get user', status, 200)
      return value?.username ?? ''
    },
  }
}
