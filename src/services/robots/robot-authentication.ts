import type { Keyring } from '../../crypto/keyring.ts'
import type { Db } from '../../db/types.ts'
import {
  ENTRY_REMOVED,
  ROBOT_DELETED,
  switchedOff,
  TOKEN_EXPIRED,
  TOKEN_MISMATCH,
  TOKEN_REPLACED,
  wrongPassword,
} from '../../domain/robot-refusals.ts'
import type { Clock } from '../../domain/runtime.ts'
import { isStaticToken } from '../../domain/static-token.ts'
import { SHORTEST_REGISTRY_TOKEN } from '../../domain/token-lifetimes.ts'
import { findEntryReach } from '../../queries/federation-entries.ts'
import type { RobotLogin } from '../../queries/robot-logins.ts'
import { looksLikeRobotToken, type RobotTokenClaims, type RobotTokens } from './robot-tokens.ts'

/** Why a credential is refused; or when it ends by itself, in seconds since 1970, and the registry scopes it is bound to. */
type RobotCheck = { expiresAt?: number; reach?: string[] | undefined } | { problem: string }

interface RobotAuthenticationDeps {
  db: Db
  keyring: Keyring
  robotTokens: RobotTokens
  clock: Clock
  robotsDisallow: boolean
}

export type RobotAuthentication = ReturnType<typeof createRobotAuthentication>

/** Checks what robots log in with: their static token, or a token from the federation endpoint. */
export function createRobotAuthentication(deps: RobotAuthenticationDeps) {
  function checkStaticToken(found: RobotLogin, fullName: string, password: string): RobotCheck {
    const right =
      isStaticToken(password) &&
      deps.keyring.digestMatches({ keyId: found.tokenKeyId, digest: found.tokenDigest }, password)
    return right ? {} : { problem: wrongPassword(fullName) }
  }

  /** Compares ids, not names: robot and owner may have got other names since the token was issued. */
  async function checkClaims(
    found: RobotLogin,
    fullName: string,
    claims: RobotTokenClaims,
    { secondsLeft }: { secondsLeft: number },
  ): Promise<RobotCheck> {
    if (claims.robot_id !== found.id) {
      return { problem: claims.sub === fullName ? ROBOT_DELETED : TOKEN_MISMATCH }
    }
    const now = Math.floor(deps.clock().getTime() / 1000)
    if (claims.exp - now < secondsLeft) return { problem: TOKEN_EXPIRED }
    if (claims.credential_id !== found.credentialId) return { problem: TOKEN_REPLACED }
    const entry = { id: claims.federation_id, version: claims.federation_version }
    const stored = await findEntryReach(deps.db, found.id, entry)
    return stored ? { expiresAt: claims.exp, ...stored } : { problem: ENTRY_REMOVED }
  }

  async function checkRobotToken(found: RobotLogin, fullName: string, token: string) {
    const claims = await deps.robotTokens.verify(token)
    if (!claims) return { problem: wrongPassword(fullName) }
    return checkClaims(found, fullName, claims, { secondsLeft: SHORTEST_REGISTRY_TOKEN })
  }

  /** Refuses also right credentials while robots, or the owner, are switched off. */
  function checkOwner(found: RobotLogin, fullName: string, check: RobotCheck): RobotCheck {
    if ('problem' in check) return check
    const off = switchedOff(fullName, found, deps.robotsDisallow)
    return off ? { problem: off.message } : check
  }

  return {
    /**
     * Whether the robot may act with this password now, and if not, why. A robot token is refused once it has less time left
     * than the shortest life of a registry token, which must not outlive it.
     */
    async check(found: RobotLogin, fullName: string, password: string): Promise<RobotCheck> {
      const check = looksLikeRobotToken(password)
        ? await checkRobotToken(found, fullName, password)
        : checkStaticToken(found, fullName, password)
      return checkOwner(found, fullName, check)
    },

    /** Whether a robot token that has been verified is good until it expires. */
    async checkVerified(
      found: RobotLogin,
      fullName: string,
      claims: RobotTokenClaims,
    ): Promise<RobotCheck> {
      const check = await checkClaims(found, fullName, claims, { secondsLeft: 1 })
      return checkOwner(found, fullName, check)
    },
  }
}
