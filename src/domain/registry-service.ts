import { ServiceError } from './errors.ts'

/** Characters of the other name that an error quotes. */
const MAX_QUOTED = 100

/**
 * Refuses to issue tokens for another registry than the one that takes them: it would say no more than that the
 * password is wrong. Clients send the service of the registry's challenge, or none where it names none.
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
    `Tokens are for the service ${service}, and not for ${other.slice(0, MAX_QUOTED)}: ` +
      "the registry's auth.token.service and REGISTRY_SERVICE must be the same",
  )
}
