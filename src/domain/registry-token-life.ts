/** Seconds; clients count on as much (Distribution, "Token Authentication Specification": `expires_in`). */
export const SHORTEST_REGISTRY_TOKEN = 60
