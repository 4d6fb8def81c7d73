import { isName } from './names.ts'

const NAME = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/
const MAX_NAME = 255

/**
 * Whether there may be a repository with this name, which may be nested: `team/app`. Earlier versions took more names
 * than registries do (`isOciName`).
 */
export const isRepositoryName = (name: string) => name.length <= MAX_NAME && NAME.test(name)

/** OCI Distribution Specification 1.1, "Pulling manifests". */
const OCI_COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const OCI_NAME = new RegExp(`^${OCI_COMPONENT}(?:/${OCI_COMPONENT})*$`)
/** Distribution takes no longer ones. */
const MAX_OCI_NAME = 255

/** Whether a registry takes this as the name of a repository, `namespace/name`. */
export const isOciName = (path: string) => path.length <= MAX_OCI_NAME && OCI_NAME.test(path)

interface RepositoryName {
  namespace: string
  repository: string
}

/** `namespace/name`: what tells repositories apart. */
export const repositoryPath = ({ namespace, repository }: RepositoryName) =>
  `${namespace}/${repository}`

/** Splits `namespace/name` at its first slash; undefined for what cannot be a repository. */
export function parseRepositoryPath(path: string): RepositoryName | undefined {
  const slash = path.indexOf('/')
  const [namespace, repository] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)]
  return isName(namespace) && isRepositoryName(repository) ? { namespace, repository } : undefined
}
