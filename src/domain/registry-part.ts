import { invalidRequest } from './errors.ts'
import { isOciName } from './repository-name.ts'

/**
 * What credentials are to be for: the registry, or what lies below a path of it. Clients that know several credentials
 * for one host take those with the longest path that fits (containers-auth.json(5), Kubernetes).
 *
 * @param asked `host[:port]` or `host[:port]/namespace[/…]`; undefined: all of it
 * @param host REGISTRY_HOST
 * @throws {ServiceError} `invalid_request` for anything else, such as another host, which must not see the password
 */
export function registryPart(asked: string | undefined, host: string): string {
  if (asked === undefined || asked === host) return host
  const isBelow = asked.startsWith(`${host}/`) && isOciName(asked.slice(host.length + 1))
  if (isBelow) return asked
  throw invalidRequest(`registry must be ${host}, or ${host}/ and an organization`)
}
