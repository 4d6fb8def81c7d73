import type { Keyring } from '../../crypto/keyring.ts'
import type { Db } from '../../db/types.ts'
import {
  ownerDisabled,
  ROBOTS_DISABLED,
  TOKEN_MISMATCH,
  wrongPassword,
} from '../../domain/robot-refusals.ts'
import { isStaticToken } from '../../domain/static-token.ts'
import { hasFederationEntry } from '../../queries/federation-entries.ts'
import type { RobotLogin } from '../../queries/robot-logins.ts'
import { looksLikeRobotToken, type RobotTokenClaims, type RobotTokens } from './robot-tokens.ts'

/** When the credential ends by itself, in seconds since 1970, or why it is refused. */
type RobotCheck = { expiresAt?: number } | { problem: string }

interface RobotAuthenticationDeps {
  db: Db
  keyring: Keyring
  robotTokens: RobotTokens
  robotsDisallow: boolean
}

export type RobotAuthentication = ReturnType<typeof createRobotAuthentication>

/** What a robot proves itself with: its static token, or a token from the federation endpoint. */
export function createRobotAuthentication(deps: RobotAuthenticationDeps) {
  function checkStaticToken(found: RobotLogin, fullName: string, password: string): RobotCheck {
    const right =
      isStaticToken(password) &&
      deps.keyring.digestMatches({ keyId: found.tokenKeyId, digest: found.tokenDigest }, password)
    return right ? {} : { problem: wrongPassword(fullName) }
  }

  async function checkClaims(found: RobotLogin, claims: RobotTokenClaims): Promise<RobotCheck> {
    const alive =
      claims.robot_id === found.id &&
      claims.credential_id === found.credentialId &&
      (await hasFederationEntry(deps.db, found.id, claims.federation_id))
    return alive ? { expiresAt: claims.exp } : { problem: TOKEN_MISMATCH }
  }

  async function checkRobotToken(found: RobotLogin, fullName: string, token: string) {
    const claims = await deps.robotTokens.verify(token)
    return claims ? checkClaims(found, claims) : { problem: wrongPassword(fullName) }
  }

  /** A right credential is of no use while robots, or the owner, are switched off. */
  function checkOwner(found: RobotLogin, fullName: string, check: RobotCheck): RobotCheck {
    if ('problem' in check) return check
    if (deps.robotsDisallow) return { problem: ROBOTS_DISABLED }
    if (!found.ownerEnabled) return { problem: ownerDisabled(fullName, found.ownerName) }
    return check
  }

  return {
    /** Whether the robot may act with this password now, in Quay's words. */
    async check(found: RobotLogin, fullName: string, password: string): Promise<RobotCheck> {
      const check = looksLikeRobotToken(password)
        ? await checkRobotToken(found, fullName, password)
        : checkStaticToken(found, fullName, password)
      return checkOwner(found, fullName, check)
    },

    /** The same for a robot token that has been verified. */
    checkVerified: async (found: RobotLogin, claims: RobotTokenClaims): Promise<RobotCheck> =>
      checkOwner(found, claims.sub, await checkClaims(found, claims)),
  }
}
