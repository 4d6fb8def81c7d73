/** Ten years: the longest that an API token lives, and Quay's default (seconds). */
export const MAX_TOKEN_LIFETIME = 315_576_000

/** Clients count on so many seconds (Distribution, "Token Authentication Specification": `expires_in`). */
export const SHORTEST_REGISTRY_TOKEN = 60

/** Whether a credential that ends at a time (seconds since 1970) may still be used for a registry token, which must not outlive it. */
export const lastsForRegistryToken = (credentialEnds: number, now: number) =>
  credentialEnds - now >= SHORTEST_REGISTRY_TOKEN

/**
 * From when to when a registry token is valid (seconds since 1970): no longer than the credential that it was got with.
 * Since that was checked, another second may have begun: the token begins before it then, to have its shortest life.
 */
export function registryTokenValidity(
  now: number,
  { lifetime, credentialEnds = Number.POSITIVE_INFINITY }: RegistryTokenLife,
) {
  const from = Math.min(now, credentialEnds - SHORTEST_REGISTRY_TOKEN)
  return { from, until: Math.min(from + lifetime, credentialEnds) }
}

interface RegistryTokenLife {
  /** Seconds. */
  lifetime: number
  /** Undefined: never. */
  credentialEnds: number | undefined
}
