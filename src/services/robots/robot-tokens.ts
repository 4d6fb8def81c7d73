import { z } from 'zod'
import { isSignedBy, readJws } from '../../crypto/jws.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'

/** Tells robot tokens from registry tokens, which have the same issuer, audience and keys (RFC 8725 §3.11). */
const TYPE = 'robot+jwt'
/** For `nbf` only: the server that issued the token may have a clock that is ahead. */
const LEEWAY_SECONDS = 30

const ClaimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  iat: z.number(),
  nbf: z.number(),
  exp: z.number(),
  jti: z.string(),
  robot_id: z.string(),
  credential_id: z.string(),
  federation_id: z.string(),
  /** Earlier servers left it out, when entries had but one version. */
  federation_version: z.int().default(1),
})

/** Claims of a robot token. The ids tie it to a robot, a static token and a version of a federation entry: it dies with any of them. */
export type RobotTokenClaims = z.output<typeof ClaimsSchema>

export type RobotTokens = ReturnType<typeof createRobotTokens>

interface RobotTokenDeps {
  signingKeys: SigningKeys
  clock: Clock
  newId: NewId
  issuer: string
  audience: string
  /** Seconds that a token lives at most. */
  lifetime: number
}

/** Whether a robot's password is meant as a token; static ones hold no dot. */
export const looksLikeRobotToken = (password: string) => password.split('.').length === 3

/** Short-lived tokens that a robot gets for an external identity token and uses as its password. */
export const createRobotTokens = (deps: RobotTokenDeps) => ({
  async issue(
    robot: { id: string; fullName: string; credentialId: string },
    entry: Pick<StoredEntry, 'id' | 'version' | 'expires_in'>,
  ) {
    const now = Math.floor(deps.clock().getTime() / 1000)
    const id = deps.newId()
    const token = await deps.signingKeys.sign(
      { typ: TYPE },
      {
        iss: deps.issuer,
        aud: deps.audience,
        sub: robot.fullName,
        iat: now,
        nbf: now,
        exp: now + Math.min(entry.expires_in ?? deps.lifetime, deps.lifetime),
        jti: id,
        robot_id: robot.id,
        credential_id: robot.credentialId,
        federation_id: entry.id,
        federation_version: entry.version,
      },
    )
    return { id, token }
  },

  /**
   * The claims of a token that this service has signed, also once it has expired (`exp` is for the caller to look at);
   * undefined for any other.
   */
  async verify(token: string): Promise<RobotTokenClaims | undefined> {
    const jws = readJws(token)
    if (!jws || jws.header.typ !== TYPE || typeof jws.header.kid !== 'string') return undefined
    const key = await deps.signingKeys.verifyKey(jws.header.kid)
    if (!key || !isSignedBy(key, jws)) return undefined
    const claims = ClaimsSchema.safeParse(jws.claims).data
    if (claims?.iss !== deps.issuer || claims.aud !== deps.audience) return undefined
    const now = Math.floor(deps.clock().getTime() / 1000)
    return claims.nbf <= now + LEEWAY_SECONDS ? claims : undefined
  },
})
