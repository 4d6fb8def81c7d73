import { ServiceError } from './errors.ts'
import { REGISTRY_ACTIONS, type RegistryAction } from './registry-actions.ts'
import { isRepositoryName } from './repository-name.ts'

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

const SCOPE = /^([a-z]+)(?:\([a-z]+\))?:(.+):([^:]+)$/
const PATH = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/

/**
 * Parses one scope of a registry token request, `repository:PATH:ACTION[,ACTION…]` or
 * `registry:catalog:*` (Distribution "Token Scope Documentation"). Unknown actions are
 * left out. What stands there is the name that the registry will compare: neither its own name nor `library` is
 * put before it or taken away.
 *
 * @returns undefined for other resources, which are left out of the answer
 * @throws {ServiceError} `registry_invalid_request` or `registry_invalid_name`
 */
export function parseRegistryScope(text: string): RegistryScope | undefined {
  const [, type, name, list] = SCOPE.exec(text) ?? []
  if (type === undefined || name === undefined || list === undefined) throw undecodable(text)
  const asked = list.split(',')
  const actions = REGISTRY_ACTIONS.filter((action) => asked.includes(action))
  if (type === 'registry' && name === 'catalog') return { type, name, actions }
  if (type !== 'repository') return undefined
  return { type, name, ...parsePath(name, text), actions }
}

/** A name without slash is in no namespace. */
function parsePath(name: string, text: string) {
  if (!PATH.test(name)) throw undecodable(text)
  const slash = name.indexOf('/')
  const repository = name.slice(slash + 1)
  if (!isRepositoryName(repository)) {
    throw new ServiceError('registry_invalid_name', `Invalid repository name: ${name}`)
  }
  return { namespace: name.slice(0, Math.max(slash, 0)), repository }
}

function undecodable(text: string) {
  return new ServiceError(
    'registry_invalid_request',
    `Unable to decode repository and actions: ${text}`,
  )
}
