import { endWithRobot } from './robot-token-life.ts'

/** Clients count on so many seconds (Distribution, "Token Authentication Specification": `expires_in`). */
export const SHORTEST_REGISTRY_TOKEN = 60

/** Seconds that a registry token lives: what an operator may choose, and what holds without a choice. */
export const REGISTRY_TOKEN_SECONDS = { least: SHORTEST_REGISTRY_TOKEN, most: 3_600, usual: 300 }

/** Whether a credential that ends at a time (seconds since 1970) may still be used for a registry token, which must not outlive it. */
export const lastsForRegistryToken = (credentialEnds: number, now: number) =>
  credentialEnds - now >= SHORTEST_REGISTRY_TOKEN

/**
 * From when to when a registry token is valid (seconds since 1970): no longer than the credential that it was got with.
 * Where less than its shortest life is left, as of a static token in its last minute, it begins so much earlier.
 */
export function registryTokenValidity(
  now: number,
  { lifetime, credentialEnds = Number.POSITIVE_INFINITY }: RegistryTokenLife,
) {
  const from = Math.min(now, credentialEnds - SHORTEST_REGISTRY_TOKEN)
  return { from, until: Math.min(from + lifetime, credentialEnds) }
}

/**
 * When a log-in with an identity token ends (seconds since 1970): with that token, and no later than a robot token for it
 * would; but a registry token has its shortest life.
 */
export const identityLoginEnds = (
  now: number,
  { tokenEnds, lifetime }: { tokenEnds: number; lifetime: number },
) => Math.max(Math.min(tokenEnds, now + lifetime), now + SHORTEST_REGISTRY_TOKEN)

/** When what a robot logged in with ends: with the credential, or with the robot (seconds since 1970; undefined: never). */
export const robotLoginEnds = (credentialEnds: number | undefined, robotEnds: Date | null) =>
  credentialEnds === undefined && robotEnds === null
    ? undefined
    : endWithRobot(credentialEnds ?? Number.POSITIVE_INFINITY, robotEnds)

interface RegistryTokenLife {
  /** Seconds. */
  lifetime: number
  /** Undefined: never. */
  credentialEnds: number | undefined
}
