/** Ten years: the longest that an API token lives, and Quay's default (seconds). */
export const MAX_TOKEN_LIFETIME = 315_576_000
