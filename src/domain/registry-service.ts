import { beginningOf } from './cut-text.ts'
import { ServiceError } from './errors.ts'

/** How many characters of the other name an error quotes. */
const MAX_QUOTED = 100

/**
 * Refuses to issue tokens for a registry that would not take them: it would tell its callers no more than that the
 * password is wrong. Clients send the service that the registry's challenge names, or none where it names none.
 *
 * @param asked as in the query or form, where it may be repeated
 * @param service REGISTRY_SERVICE
 * @throws {ServiceError} `registry_other_service`
 */
export function assertRegistryService(asked: string | string[] | undefined, service: string) {
  const other = [asked ?? []].flat().find((name) => name !== '' && name !== service)
  if (other === undefined) return
  throw new ServiceError(
    'registry_other_service',
    `Tokens are for the service ${service}, and not for ${beginningOf(other, MAX_QUOTED)}: ` +
      "the registry's auth.token.service and REGISTRY_SERVICE must be the same",
  )
}
