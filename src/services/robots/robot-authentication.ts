import type { Keyring } from '../../crypto/keyring.ts'
import { looksLikeRobotApiToken } from '../../crypto/robot-api-token.ts'
import type { Db } from '../../db/types.ts'
import { type RegistryIdentity, registryRightsOf } from '../../domain/registry-identity.ts'
import { lastsForRegistryToken, SHORTEST_REGISTRY_TOKEN } from '../../domain/registry-token-life.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import {
  API_TOKEN_REFUSED,
  ENTRY_REMOVED,
  ROBOT_DELETED,
  secretExpired,
  switchedOff,
  TOKEN_EXPIRED,
  TOKEN_MISMATCH,
  TOKEN_REPLACED,
  wrongPassword,
} from '../../domain/robot-refusals.ts'
import { readRobotScopes, scopesOfRobot } from '../../domain/robot-scopes.ts'
import { secretEnds } from '../../domain/robot-secret.ts'
import { boundUntil } from '../../domain/robot-token-life.ts'
import type { Clock } from '../../domain/runtime.ts'
import { allowanceRefusal } from '../../domain/secret-allowance.ts'
import { isMistyped } from '../../domain/static-token.ts'
import { type EntryReach, findEntryReach } from '../../queries/federation-entries.ts'
import type { LoginSecret, RobotLogin } from '../../queries/robot-logins.ts'
import type { TokenRobot } from '../../queries/robot-token-logins.ts'
import type { Usage } from '../logins/last-use.ts'
import type { RobotCallers } from './robot-callers.ts'
import { looksLikeRobotToken, type RobotTokenClaims, type RobotTokens } from './robot-tokens.ts'

export interface AdmittedRobot extends Usage {
  /** When the credential ends by itself, in seconds since 1970. */
  expiresAt?: number
  /** The registry scopes that it is bound to. */
  reach?: string[] | undefined
  /** The static token that it is. */
  secret?: LoginSecret
  /** What the scopes of the API token that it is let do. */
  apiToken?: Pick<RegistryIdentity, 'cap' | 'mayCreate'>
}

/** What a robot's credential is good for, or why it is refused. */
export type RobotCheck = AdmittedRobot | { problem: string }

/** How a robot token's claims are checked. */
interface ClaimsCheck {
  /** Least time that it must have left. */
  secondsLeft: number
  /** What its entry gives; undefined where that is gone, or says something else by now. */
  findEntry(): Promise<EntryReach | undefined>
}

interface RobotAuthenticationDeps {
  db: Db
  keyring: Keyring
  robotTokens: RobotTokens
  robotCallers: RobotCallers
  clock: Clock
  robotsDisallow: boolean
  policy: { robotApiTokens: boolean }
  policyOf: PolicyOf
}

export type RobotAuthentication = ReturnType<typeof createRobotAuthentication>

/** Checks what robots log in with: their static token, an API token, or a token from the federation endpoint. */
export function createRobotAuthentication(deps: RobotAuthenticationDeps) {
  function checkStaticToken(found: RobotLogin, fullName: string, password: string): RobotCheck {
    const matching = isMistyped(password) ? [] : found.secrets.filter(isThis(password))
    const [secret] = matching
    if (!secret) return { problem: wrongPassword(fullName) }
    const problem = allowanceRefusal(fullName, deps.policyOf(found))
    if (problem !== undefined) return { problem }
    if (secret.expiresAt === null) return { by: 'static', secret }
    const expiresAt = secretEnds(secret)
    if (expiresAt > Math.floor(deps.clock().getTime() / 1000)) {
      return { by: 'static', secret, expiresAt }
    }
    return { problem: secretExpired(fullName, secret.expiresAt) }
  }

  const isThis =
    (password: string) =>
    ({ sealKeyId: keyId, digest }: LoginSecret) =>
      deps.keyring.digestMatches({ keyId, digest }, password)

  const isOff = ({ api_scopes: scopes }: RobotTokenClaims) =>
    scopes !== undefined && !deps.policy.robotApiTokens

  /** Compares ids, not names: robot and owner may have got other names since the token was issued. */
  async function checkClaims(
    found: RobotLogin,
    fullName: string,
    claims: RobotTokenClaims,
    { secondsLeft, findEntry }: ClaimsCheck,
  ): Promise<RobotCheck> {
    if (isOff(claims)) return { problem: API_TOKEN_REFUSED }
    if (claims.robot_id !== found.id) {
      return { problem: claims.sub === fullName ? ROBOT_DELETED : TOKEN_MISMATCH }
    }
    const now = deps.clock()
    const seconds = Math.floor(now.getTime() / 1000)
    if (claims.exp - seconds < secondsLeft) return { problem: TOKEN_EXPIRED }
    const until = boundUntil(claims.credential_id, found, now)
    if (until === undefined || until <= seconds) return { problem: TOKEN_REPLACED }
    const entry = await findEntry()
    if (!entry) return { problem: ENTRY_REMOVED }
    return {
      expiresAt: Math.min(claims.exp, until),
      reach: claims.registry_scopes ?? entry.reach,
      ...{ by: 'federated', subject: claims.external_subject },
      ...reachOfScopes(claims.api_scopes),
    }
  }

  /** Where a robot token is one for the API, its scopes bind it at the registry, too. */
  const reachOfScopes = (text: string | undefined) =>
    text === undefined
      ? {}
      : { apiToken: registryRightsOf(scopesOfRobot(readRobotScopes(text) ?? [])) }

  async function checkRobotToken(found: RobotLogin, fullName: string, token: string) {
    const claims = await deps.robotTokens.verify(token)
    if (!claims) return { problem: wrongPassword(fullName) }
    return checkClaims(found, fullName, claims, {
      secondsLeft: SHORTEST_REGISTRY_TOKEN,
      findEntry: () => findEntryReach(deps.db, deps.robotTokens.boundTo(claims)),
    })
  }

  async function checkApiToken({ id }: RobotLogin, token: string): Promise<RobotCheck> {
    const check = await deps.robotCallers.atRegistry(id, token)
    if ('problem' in check) return check
    const now = Math.floor(deps.clock().getTime() / 1000)
    return lastsForRegistryToken(check.expiresAt, now) ? check : { problem: API_TOKEN_REFUSED }
  }

  /** Refuses also right credentials while robots, the owner, or the robot itself are switched off. */
  function checkState(
    found: RobotLogin,
    fullName: string,
    check: RobotCheck,
    { secondsLeft }: { secondsLeft: number },
  ): RobotCheck {
    if ('problem' in check) return check
    const { robotsDisallow, clock } = deps
    const off = switchedOff(fullName, found, { robotsDisallow, now: clock(), secondsLeft })
    return off ? { problem: off.message } : check
  }

  return {
    /**
     * Whether the robot may act with this password now, and if not, why. A static token is good to its end, and so is what
     * came of it. Otherwise password and robot are refused once they have less time left than the shortest life of a
     * registry token, which must not outlive them.
     */
    async check(found: RobotLogin, fullName: string, password: string): Promise<RobotCheck> {
      if (looksLikeRobotApiToken(password)) {
        const check = await checkApiToken(found, password)
        return checkState(found, fullName, check, { secondsLeft: SHORTEST_REGISTRY_TOKEN })
      }
      const check = looksLikeRobotToken(password)
        ? await checkRobotToken(found, fullName, password)
        : checkStaticToken(found, fullName, password)
      return checkState(found, fullName, check, { secondsLeft: SHORTEST_REGISTRY_TOKEN })
    },

    /** Whether a robot token that has been verified is good until it expires. */
    async checkVerified(
      found: TokenRobot,
      fullName: string,
      claims: RobotTokenClaims,
    ): Promise<RobotCheck> {
      const check = await checkClaims(found, fullName, claims, {
        secondsLeft: 1,
        findEntry: async () => found.entry,
      })
      return checkState(found, fullName, check, { secondsLeft: 0 })
    },
  }
}
