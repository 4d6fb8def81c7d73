import { ServiceError } from './errors.ts'

/** In the order in which an answer lists them. */
export const REGISTRY_ACTIONS = ['push', 'pull', 'delete', '*'] as const

type RegistryAction = (typeof REGISTRY_ACTIONS)[number]

export interface RepositoryScope {
  type: 'repository'
  /** As it was asked for, which is how the registry will compare it. */
  name: string
  namespace: string
  repository: string
  actions: RegistryAction[]
}

/** `registry:catalog:*`, which lists the repositories of the whole registry (Distribution's `/v2/_catalog`). */
interface CatalogScope {
  type: 'registry'
  name: 'catalog'
  actions: RegistryAction[]
}

export type RegistryScope = RepositoryScope | CatalogScope

/** What a registry token allows with one resource (Distribution "Token Authentication Implementation"). */
export interface AccessEntry {
  type: RegistryScope['type']
  name: string
  actions: RegistryAction[]
}

/** `namespace/name`: what tells repositories apart. */
export const repositoryPath = ({
  namespace,
  repository,
}: {
  namespace: string
  repository: string
}) => `${namespace}/${repository}`

export type RepositoryRole = 'read' | 'write' | 'admin'

/** What each role lets do at a registry (README.md, "Registry"). */
const ROLE_ACTIONS: Record<RepositoryRole, readonly RegistryAction[]> = {
  read: ['pull'],
  write: ['push', 'pull'],
  admin: ['push', 'pull', 'delete', '*'],
}

export const roleAllows = (role: RepositoryRole | undefined, action: RegistryAction) =>
  role !== undefined && ROLE_ACTIONS[role].includes(action)

const SCOPE = /^([a-z]+)(?:\([a-z]+\))?:(.+):([^:]+)$/
const PATH = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/
const REPOSITORY_NAME = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/
const MAX_REPOSITORY_NAME = 255
const DEFAULT_NAMESPACE = 'library'

/**
 * Whether there may be a repository with this name, which may be nested: `team/app`. Earlier versions took more names
 * than registries do (`isOciName`).
 */
export const isRepositoryName = (name: string) =>
  name.length <= MAX_REPOSITORY_NAME && REPOSITORY_NAME.test(name)

/**
 * Parses one scope of a registry token request, `repository:[HOST/]PATH:ACTION[,ACTION…]` or
 * `registry:catalog:*` (Distribution "Token Scope Documentation"). Unknown actions are
 * left out.
 *
 * @param host name of the registry service, which may stand before the path
 * @returns undefined for other resources, which are left out of the answer
 * @throws {ServiceError} `registry_invalid_request` or `registry_invalid_name`
 */
export function parseRegistryScope(text: string, host: string): RegistryScope | undefined {
  const [, type, name, list] = SCOPE.exec(text) ?? []
  if (type === undefined || name === undefined || list === undefined) throw undecodable(text)
  const asked = list.split(',')
  const actions = REGISTRY_ACTIONS.filter((action) => asked.includes(action))
  if (type === 'registry' && name === 'catalog') return { type, name, actions }
  if (type !== 'repository') return undefined
  return { type, name, ...parsePath(name, host, text), actions }
}

function parsePath(name: string, host: string, text: string) {
  const path = name.startsWith(`${host}/`) ? name.slice(host.length + 1) : name
  if (!PATH.test(path)) throw undecodable(text)
  const slash = path.indexOf('/')
  const namespace = slash < 0 ? DEFAULT_NAMESPACE : path.slice(0, slash)
  const repository = path.slice(slash + 1)
  if (!isRepositoryName(repository)) {
    throw new ServiceError(
      'registry_invalid_name',
      `Invalid repository name: ${namespace}/${repository}`,
    )
  }
  return { namespace, repository }
}

function undecodable(text: string) {
  return new ServiceError(
    'registry_invalid_request',
    `Unable to decode repository and actions: ${text}`,
  )
}
