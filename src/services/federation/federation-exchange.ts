import { retryAborted } from '../../db/client.ts'
import { isUnavailable } from '../../db/driver-fault.ts'
import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { ServiceError } from '../../domain/errors.ts'
import {
  ExchangeError,
  type ExchangeOutcome,
  exchangeRefused,
} from '../../domain/exchange-errors.ts'
import { issuerRefs } from '../../domain/federation-entry.ts'
import { type ExternalIdentity, issuerRefusal, judge } from '../../domain/federation-verdict.ts'
import { parseRobotFullName, robotFullName } from '../../domain/names.ts'
import { networkOf } from '../../domain/network.ts'
import { ROBOT_UNKNOWN, switchedOff } from '../../domain/robot-refusals.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Telemetry } from '../../domain/telemetry.ts'
import { tokenDigest, usedUntil } from '../../domain/used-identity.ts'
import type {
  ClaimedIdentity,
  IdentityTokenVerifier,
  VerifiedIdentity,
} from '../../oidc/identity-token.ts'
import type { IssuerSource } from '../../oidc/issuer-sources.ts'
import { type AuditEntryRow, insertAuditEntry } from '../../queries/audit-entries.ts'
import { findFederatedRobots, listFederationEntries } from '../../queries/federation-entries.ts'
import { findRobotLogin, type RobotLogin } from '../../queries/robot-logins.ts'
import { useIdentityToken } from '../../queries/used-identity-tokens.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LoginFailures } from '../logins/login-failures.ts'
import type { LoginThrottle } from '../logins/login-throttle.ts'
import type { RobotTokens } from '../robots/robot-tokens.ts'
import type { IssuerTrust } from './issuer-trust.ts'

interface ExchangeRequest {
  identityToken: string
  /** Full name; undefined: the one robot whose configuration matches the token. */
  robot: string | undefined
  origin: Origin
}

interface FederationExchangeDeps {
  db: Db
  identityTokens: IdentityTokenVerifier
  issuerTrust: IssuerTrust
  robotTokens: RobotTokens
  audit: AuditLog
  failures: LoginFailures
  throttle: LoginThrottle
  clock: Clock
  telemetry: Pick<Telemetry, 'record'>
  robotsDisallow: boolean
}

type NamedRobot = RobotLogin & { fullName: string }
type ReadToken = ReturnType<IdentityTokenVerifier['read']>

export type FederationExchange = ReturnType<typeof createFederationExchange>

/** Swaps a CI job's identity token for a short-lived robot token. */
export function createFederationExchange(deps: FederationExchangeDeps) {
  /** Verifies a token. For a caller who has sent too many wrong ones, no provider is asked. */
  const verify = (
    token: ClaimedIdentity,
    source: IssuerSource,
    { robot, origin }: ExchangeRequest,
  ) =>
    deps.identityTokens.verify(token, source, networkOf(origin.ip), () =>
      deps.throttle.tokenRefusal(accountOf(robot), origin),
    )

  /** Verifies a token by the first of these records of its issuer that has its key. */
  async function verifyByAny(
    ownerId: string,
    token: ClaimedIdentity,
    { refs, request }: { refs: readonly (string | undefined)[]; request: ExchangeRequest },
  ): Promise<VerifiedIdentity> {
    let failure: unknown
    for (const issuerRef of refs) {
      try {
        const entry = { issuer: token.issuer, issuer_ref: issuerRef }
        const source = await deps.issuerTrust.sourceOf(entry, ownerId)
        return { ...(await verify(token, source, request)), issuerRef }
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        failure ??= error
      }
    }
    throw failure
  }

  /** The robot that a token alone points to. The provider is asked only where somebody configured it. */
  async function robotOf(token: ClaimedIdentity, request: ExchangeRequest) {
    const { issuer, subject, audiences } = token
    const robots =
      subject === undefined
        ? []
        : await findFederatedRobots(deps.db, { issuer, subject, audiences })
    const [robot, another] = robots
    if (!robot) {
      throw exchangeRefused('No robot account is configured for this token', 'not_configured')
    }
    if (another) {
      await verify(token, await deps.issuerTrust.sourceOf({ issuer }), request)
      throw exchangeRefused(
        'Several robot accounts are configured for this token: name one with ?robot=owner+name',
        'ambiguous',
      )
    }
    return robotFullName(robot.ownerName, robot.robotName)
  }

  async function findRobot(fullName: string): Promise<NamedRobot> {
    const name = parseRobotFullName(fullName)
    const robot = name && (await findRobotLogin(deps.db, name.owner, name.shortName))
    if (!robot) throw exchangeRefused(ROBOT_UNKNOWN, 'unknown_robot')
    return { ...robot, fullName }
  }

  /** The identity, once its signature has proved right, and what the robot trusts. */
  async function prove(robot: NamedRobot, token: ReadToken, request: ExchangeRequest) {
    const claimed = readable(token)
    const entries = await listFederationEntries(deps.db, robot.id)
    const refs = issuerRefs(entries, claimed.issuer)
    const refusal = refs.length === 0 ? issuerRefusal(entries, claimed) : undefined
    if (refusal) throw refused(refusal)
    return { entries, identity: await verifyByAny(robot.ownerId, claimed, { refs, request }) }
  }

  async function grant(
    robot: NamedRobot,
    { entries, identity }: Awaited<ReturnType<typeof prove>>,
    origin: Origin,
  ) {
    const verdict = judge(entries, identity, deps.clock())
    if (!('entry' in verdict)) throw refused(verdict)
    const off = switchedOff(robot.fullName, robot, deps.robotsDisallow)
    if (off) throw refused(off)
    const issued = await deps.robotTokens.issue(robot, verdict.entry)
    const entry = deps.audit.entryOf({
      kind: 'federated_robot_token_exchange',
      namespace: { id: robot.ownerId, name: robot.ownerName },
      performer: { ...origin, robot: { id: robot.id, fullName: robot.fullName } },
      metadata: {
        subject: identity.subject,
        issuer: identity.issuer,
        robot: robot.name,
        token_id: issued.id,
      },
    })
    if (verdict.entry.single_use || identity.singleUse) await takeOnce(identity, entry)
    else await retryAborted(() => insertAuditEntry(deps.db, entry))
    return issued.token
  }

  /** Nobody has seen the robot token yet that the entry in the log is about. */
  async function takeOnce(identity: VerifiedIdentity, entry: AuditEntryRow) {
    const digest = tokenDigest(identity, identity.signedText)
    const isFirst = await useIdentityToken(
      deps.db,
      { digest, until: usedUntil(identity.expiresAt) },
      entry,
    )
    if (!isFirst) {
      throw exchangeRefused('token_used: the identity token was exchanged before', 'token_used')
    }
  }

  /** Writes a refusal to the log of the robot's owner, with the identity where that is proven. */
  const tellOwner =
    (
      { id, fullName, ownerId, ownerName }: NamedRobot,
      origin: Origin,
      identity?: ExternalIdentity,
    ) =>
    async (error: unknown): Promise<never> => {
      if (isRefusal(error)) {
        await deps.failures.record({
          robot: { id, fullName, owner: { id: ownerId, name: ownerName } },
          type: 'federation',
          message: error.message,
          origin,
          identity,
        })
      }
      throw error
    }

  async function exchange(request: ExchangeRequest) {
    const { origin } = request
    const token = deps.identityTokens.read(request.identityToken)
    const robot = await findRobot(request.robot ?? (await robotOf(readable(token), request)))
    const proof = await prove(robot, token, request).catch(tellOwner(robot, origin))
    return grant(robot, proof, origin).catch(tellOwner(robot, origin, proof.identity))
  }

  /** Whoever keeps sending tokens that are refused is told to slow down. */
  function slowDown(error: unknown, { robot, origin }: ExchangeRequest) {
    if (!isRefusal(error)) return
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

/** @throws {ServiceError} `exchange_refused` */
function readable(token: ReadToken): ClaimedIdentity {
  if ('problem' in token) throw exchangeRefused(token.problem)
  return token
}

const refused = ({ code, message }: { code: ExchangeOutcome; message: string }) =>
  exchangeRefused(message, code)

const isRefusal = (error: unknown): error is ExchangeError =>
  error instanceof ExchangeError && error.code === 'exchange_refused'

/** Wrong tokens that come without the name of a robot are counted under this one. */
const UNKNOWN = 'exchange for unknown'
const accountOf = (robot: string | undefined) =>
  robot === undefined ? UNKNOWN : `exchange for ${robot}`

function outcomeOf(error: unknown): ExchangeOutcome {
  if (error instanceof ExchangeError) return error.outcome
  if (error instanceof ServiceError) {
    return error.code === 'rate_limited' ? 'throttled' : 'unavailable'
  }
  return isUnavailable(error) ? 'unavailable' : 'error'
}
