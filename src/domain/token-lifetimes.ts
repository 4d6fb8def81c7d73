/** Ten years: the longest that an API token lives, and Quay's default (seconds). */
export const MAX_TOKEN_LIFETIME = 315_576_000

/** Clients count on so many seconds (Distribution, "Token Authentication Specification": `expires_in`). */
export const SHORTEST_REGISTRY_TOKEN = 60
