import { ServiceError } from './errors.ts'
import { parseRegistryScope, type RegistryScope, type RepositoryScope } from './registry-scope.ts'
import { isOciName } from './repository-name.ts'

/** Most scopes that one request may name; clients send a handful. */
const MAX_SCOPES = 100

export interface RegistryScopeList {
  /** In the order in which they were asked for. */
  scopes: RegistryScope[]
  /** Why the others cannot be read. */
  problems: ServiceError[]
}

/**
 * Reads the scopes of a request. Among good ones, those that cannot be read are left out: clients ask for more
 * than they need, such as a repository to mount layers from.
 *
 * @param texts one scope each
 * @throws {ServiceError} `registry_invalid_request`, `registry_invalid_name` where no scope can be read, or one names
 *   no type of resource, which spoils the request in Quay, too; `registry_invalid_request` for too many
 */
export function parseRegistryScopes(texts: string[]): RegistryScopeList {
  if (texts.length > MAX_SCOPES) {
    throw new ServiceError('registry_invalid_request', `More than ${MAX_SCOPES} scopes`)
  }
  const scopes: RegistryScope[] = []
  const problems: ServiceError[] = []
  for (const text of texts) {
    try {
      const scope = parseRegistryScope(text)
      if (scope) scopes.push(scope)
    } catch (error) {
      if (!(error instanceof ServiceError && text.includes(':'))) throw error
      problems.push(error)
    }
  }
  if (problems.length === texts.length) refuse(problems)
  return { scopes, problems }
}

/** The repositories that a request names; none where its scopes are refused, which is told to who has logged in. */
export function repositoriesIn(texts: string[]): RepositoryScope[] {
  try {
    return parseRegistryScopes(texts).scopes.filter((scope) => scope.type === 'repository')
  } catch (error) {
    if (error instanceof ServiceError) return []
    throw error
  }
}

/**
 * Leaves out what no registry takes as a name. A repository that is there goes on whatever its name: earlier
 * versions took more names.
 *
 * @throws {ServiceError} `registry_invalid_name` where nothing else was asked for
 */
export function withoutOddNames(
  { scopes, problems }: RegistryScopeList,
  isThere: (scope: RegistryScope) => boolean,
): RegistryScope[] {
  const isOdd = (scope: RegistryScope) => !isOciName(scope.name) && !isThere(scope)
  const odd = scopes.filter(isOdd)
  if (odd.length > 0 && odd.length === scopes.length)
    refuse([...odd.map(({ name }) => invalidName(name)), ...problems])
  return scopes.filter((scope) => !isOdd(scope))
}

const invalidName = (name: string) =>
  new ServiceError('registry_invalid_name', `Invalid repository name: ${name}`)

function refuse([first]: ServiceError[]) {
  if (first) throw first
}
