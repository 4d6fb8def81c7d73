// Why an API token is refused: in Quay's words.
export const TOKEN_UNKNOWN = 'OAuth access token could not be validated'
export const TOKEN_EXPIRED = 'OAuth access token has expired'
const HOLDER_DISABLED = 'Granter of the oauth access token is disabled'

export type TokenProblem = typeof TOKEN_UNKNOWN | typeof TOKEN_EXPIRED | typeof HOLDER_DISABLED

/** Why a token that there is may not be used now; undefined if it may. */
export function tokenProblem(
  { expiresAt, holder }: { expiresAt: Date; holder: { enabled: boolean } },
  now: Date,
): TokenProblem | undefined {
  if (expiresAt <= now) return TOKEN_EXPIRED
  return holder.enabled ? undefined : HOLDER_DISABLED
}
