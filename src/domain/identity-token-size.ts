/** Longest identity token (bytes, which are characters). Some issuers list all groups of a user in it. */
export const MAX_IDENTITY_TOKEN_BYTES = 24 * 1024

/** Most of its claims (bytes of JSON): base64url makes four characters of three bytes. */
export const MAX_CLAIMS_BYTES = (MAX_IDENTITY_TOKEN_BYTES / 4) * 3
