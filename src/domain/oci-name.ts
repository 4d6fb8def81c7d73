/** OCI Distribution Specification 1.1, "Pulling manifests". */
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`)
/** Distribution takes no longer ones. */
const MAX_LENGTH = 255

/** Whether a registry takes this as the name of a repository, `namespace/name`. */
export const isOciName = (path: string) => path.length <= MAX_LENGTH && NAME.test(path)
