import { z } from 'zod'
import { isSignedBy, readJws } from '../../crypto/jws.ts'
import { auditableText, MAX_LAST_SUBJECT } from '../../domain/audit-sizes.ts'
import { ROBOT_TOKEN_LEEWAY } from '../../domain/clock-differences.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import type { ExternalIdentity } from '../../domain/federation-verdict.ts'
import { endWithRobot, robotTokenLifetime } from '../../domain/robot-token-life.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import type { Scope } from '../../domain/scopes.ts'
import type { RobotTokenKey } from '../../queries/federation-entries.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'

/** Tells robot tokens from registry tokens, which have the same issuer, audience and keys (RFC 8725 §3.11). */
const TYPE = 'robot+jwt'

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
  /** Of the issuer record of the robot's organization that proved the job's identity token, if one did. */
  record_revision: z.string().optional(),
  /** Within what the entry gives; without, all of that. */
  registry_scopes: z.array(z.string()).optional(),
  /** Of the identity token that bought it, as far as last uses show it; earlier servers left it out. */
  external_subject: z.string().optional(),
  /** Of the API, with blanks between; without, it is for the registry alone. */
  api_scopes: z.string().optional(),
})

/**
 * Claims of a robot token. The ids tie it to a robot, a static token, a version of a federation entry and one of an issuer
 * record: it dies with any of them.
 */
export type RobotTokenClaims = z.output<typeof ClaimsSchema>

export type RobotTokens = ReturnType<typeof createRobotTokens>

interface RobotTokenDeps {
  signingKeys: SigningKeys
  clock: Clock
  newId: NewId
  issuer: string
  audience: string
  /** Seconds that a token lives at most. */
  robotTokenTtl: number
}

/** Whether a robot's password is meant as a token; static ones hold no dot. */
export const looksLikeRobotToken = (password: string) => password.split('.').length === 3

const boundTo = (claims: RobotTokenClaims): RobotTokenKey => ({
  robotId: claims.robot_id,
  entryId: claims.federation_id,
  version: claims.federation_version,
  revision: claims.record_revision ?? null,
})

export interface IssuedRobotToken {
  id: string
  token: string
  /** Seconds. */
  expiresIn: number
  /** What it reaches at most of the registry; undefined: all that the robot does. */
  scopes: readonly string[] | undefined
  /** Scopes of the API. */
  apiScopes: readonly Scope[]
}

/** Who gets a robot token, and by which entry. */
interface Admitted {
  entry: Pick<StoredEntry, 'id' | 'version' | 'expires_in' | 'registry_scopes'>
  identity: Pick<ExternalIdentity, 'subject' | 'recordRevision'>
}

/** What a robot token is to be bound to. */
export interface WantedScopes {
  /** Of the registry; undefined: all that the entry gives. */
  scopes: readonly string[] | undefined
  /** Of the API; none: it is for the registry alone. */
  apiScopes: readonly Scope[]
}

/** Short-lived tokens that a robot gets for an external identity token and uses as its password. */
export const createRobotTokens = (deps: RobotTokenDeps) => ({
  boundTo,

  /** @param wanted within what the entry gives */
  async issue(
    robot: { id: string; fullName: string; credentialId: string; expiresAt: Date | null },
    { entry, identity: { subject, recordRevision } }: Admitted,
    { scopes, apiScopes }: WantedScopes,
  ): Promise<IssuedRobotToken> {
    const now = Math.floor(deps.clock().getTime() / 1000)
    const wanted = now + robotTokenLifetime(entry, deps.robotTokenTtl)
    const expiresAt = endWithRobot(wanted, robot.expiresAt)
    const expiresIn = expiresAt - now
    const id = deps.newId()
    const token = await deps.signingKeys.sign(
      { typ: TYPE },
      {
        iss: deps.issuer,
        aud: deps.audience,
        sub: robot.fullName,
        iat: now,
        nbf: now,
        exp: expiresAt,
        jti: id,
        robot_id: robot.id,
        credential_id: robot.credentialId,
        federation_id: entry.id,
        federation_version: entry.version,
        ...(recordRevision !== undefined && { record_revision: recordRevision }),
        external_subject: auditableText(subject, MAX_LAST_SUBJECT),
        ...(scopes && { registry_scopes: scopes }),
        ...(apiScopes.length > 0 && { api_scopes: apiScopes.join(' ') }),
      },
    )
    return { id, token, expiresIn, scopes: scopes ?? entry.registry_scopes, apiScopes }
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
    return claims.nbf <= now + ROBOT_TOKEN_LEEWAY ? claims : undefined
  },
})
