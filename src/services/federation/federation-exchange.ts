import { retryAborted } from '../../db/client.ts'
import { isUnavailable } from '../../db/driver-fault.ts'
import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { exchangeRefused, ServiceError } from '../../domain/errors.ts'
import { admitsAudience } from '../../domain/federation-config.ts'
import { parseRobotFullName, robotFullName } from '../../domain/names.ts'
import { networkOf } from '../../domain/network.ts'
import {
  ownerDisabled,
  ROBOT_UNKNOWN,
  ROBOTS_DISABLED,
  TOKEN_MISMATCH,
} from '../../domain/robot-refusals.ts'
import type { ExchangeOutcome, Telemetry } from '../../domain/telemetry.ts'
import type { IdentityTokenVerifier, VerifiedIdentity } from '../../oidc/identity-token.ts'
import { findFederatedRobots, listFederationEntries } from '../../queries/federation-entries.ts'
import { findRobotLogin, type RobotLogin } from '../../queries/robot-logins.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LoginFailures } from '../logins/login-failures.ts'
import type { LoginThrottle } from '../logins/login-throttle.ts'
import type { RobotTokens } from '../robots/robot-tokens.ts'

interface ExchangeRequest {
  identityToken: string
  /** Full name; undefined: the one robot whose configuration matches the token. */
  robot: string | undefined
  origin: Origin
}

interface FederationExchangeDeps {
  db: Db
  identityTokens: IdentityTokenVerifier
  robotTokens: RobotTokens
  audit: AuditLog
  failures: LoginFailures
  throttle: LoginThrottle
  telemetry: Pick<Telemetry, 'record'>
  robotsDisallow: boolean
}

export type FederationExchange = ReturnType<typeof createFederationExchange>

/** Swaps a CI job's identity token for a short-lived robot token. */
export function createFederationExchange(deps: FederationExchangeDeps) {
  /** Whoever has sent too many wrong tokens does not make the service ask a provider. */
  const verify = ({ identityToken, robot, origin }: ExchangeRequest) =>
    deps.identityTokens.verify(identityToken, networkOf(origin.ip), () =>
      deps.throttle.tokenRefusal(accountOf(robot), origin),
    )

  /** The robot that a token alone points to. The provider is asked only where somebody configured it. */
  async function robotOf(request: ExchangeRequest) {
    const { identityToken } = request
    const { issuer, subject, audiences } = deps.identityTokens.peek(identityToken)
    const robots =
      subject === undefined
        ? []
        : await findFederatedRobots(deps.db, { issuer, subject, audiences })
    const [robot, another] = robots
    if (!robot) {
      throw exchangeRefused('No robot account is configured for this token', 'not_configured')
    }
    if (another) {
      await verify(request)
      throw exchangeRefused(
        'Several robot accounts are configured for this token: name one with ?robot=owner+name',
        'ambiguous',
      )
    }
    return robotFullName(robot.ownerName, robot.robotName)
  }

  async function findRobot(fullName: string) {
    const name = parseRobotFullName(fullName)
    const robot = name && (await findRobotLogin(deps.db, name.owner, name.shortName))
    if (!robot) throw exchangeRefused(ROBOT_UNKNOWN, 'unknown_robot')
    return robot
  }

  /** Decides; `onVerified` learns the identity as soon as its signature has proved right. */
  async function admit(
    robot: RobotLogin,
    request: ExchangeRequest,
    onVerified: (identity: VerifiedIdentity) => void,
  ) {
    const { issuer } = deps.identityTokens.peek(request.identityToken)
    const entries = await listFederationEntries(deps.db, robot.id)
    if (entries.length === 0) {
      throw exchangeRefused('Robot does not have federated login configured', 'not_configured')
    }
    if (!entries.some((entry) => entry.issuer === issuer)) {
      throw exchangeRefused(`issuer ${issuer} not configured for this robot`, 'not_configured')
    }
    const identity = await verify(request)
    onVerified(identity)
    const entry = entries.find(
      (candidate) => candidate.issuer === issuer && candidate.subject === identity.subject,
    )
    if (!entry) throw exchangeRefused(TOKEN_MISMATCH, 'subject_mismatch')
    if (!admitsAudience(entry, identity.audiences)) {
      throw exchangeRefused(
        identity.audiences.length > 0
          ? "Invalid token: Audience doesn't match"
          : 'Invalid token: Token is missing the "aud" claim',
        'audience_mismatch',
      )
    }
    if (deps.robotsDisallow) throw exchangeRefused(ROBOTS_DISABLED, 'robots_disabled')
    if (!robot.ownerEnabled) {
      throw exchangeRefused(
        ownerDisabled(robotFullName(robot.ownerName, robot.name), robot.ownerName),
        'owner_disabled',
      )
    }
    return { identity, entry }
  }

  async function exchange(request: ExchangeRequest) {
    const { robot: named, origin } = request
    const fullName = named ?? (await robotOf(request))
    const robot = await findRobot(fullName)
    const owner = { id: robot.ownerId, name: robot.ownerName }
    let verified: VerifiedIdentity | undefined
    try {
      const { identity, entry } = await admit(robot, request, (seen) => {
        verified = seen
      })
      const issued = await deps.robotTokens.issue({ ...robot, fullName }, entry.id)
      await retryAborted(() =>
        deps.audit.record(deps.db, {
          kind: 'federated_robot_token_exchange',
          namespace: owner,
          performer: { ...origin, robot: { id: robot.id, fullName } },
          metadata: {
            subject: identity.subject,
            issuer: identity.issuer,
            robot: robot.name,
            token_id: issued.id,
          },
        }),
      )
      return issued.token
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'exchange_refused') {
        await deps.failures.record({
          robot: { id: robot.id, fullName, owner },
          type: 'federation',
          message: error.message,
          origin,
          identity: verified && { issuer: verified.issuer, subject: verified.subject },
        })
      }
      throw error
    }
  }

  /** Whoever keeps sending tokens that are refused is told to slow down. */
  function slowDown(error: unknown, { robot, origin }: ExchangeRequest) {
    if (!(error instanceof ServiceError && error.code === 'exchange_refused')) return
    const account = error.outcome === 'unknown_robot' ? UNKNOWN : accountOf(robot)
    deps.throttle.wrongToken(account, { origin })
  }

  const count = (outcome: ExchangeOutcome) => deps.telemetry.record({ event: 'exchange', outcome })

  return {
    /**
     * @returns a robot token
     * @throws {ServiceError} `exchange_refused`; `rate_limited`; `unavailable` where the provider cannot be asked
     */
    async exchange(request: ExchangeRequest): Promise<string> {
      try {
        const token = await exchange(request)
        count('issued')
        return token
      } catch (error) {
        count(outcomeOf(error))
        slowDown(error, request)
        throw error
      }
    },
  }
}

/** Under which wrong tokens are counted. */
const UNKNOWN = 'exchange for unknown'
const accountOf = (robot: string | undefined) =>
  robot === undefined ? UNKNOWN : `exchange for ${robot}`

function outcomeOf(error: unknown): ExchangeOutcome {
  if (error instanceof ServiceError) {
    return error.code === 'rate_limited' ? 'throttled' : (error.outcome ?? 'unavailable')
  }
  return isUnavailable(error) ? 'unavailable' : 'error'
}
