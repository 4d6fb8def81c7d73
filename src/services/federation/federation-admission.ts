import { isUnavailable } from '../../db/unavailability.ts'
import { ServiceError } from '../../domain/errors.ts'
import {
  ExchangeError,
  type ExchangeOutcome,
  exchangeRefused,
  isTokenRefused,
} from '../../domain/exchange-errors.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import { type ExternalIdentity, judge } from '../../domain/federation-verdict.ts'
import { IssuerFaultError } from '../../domain/issuer-fault.ts'
import { SHORTEST_REGISTRY_TOKEN } from '../../domain/registry-token-life.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import { switchedOff } from '../../domain/robot-refusals.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Telemetry } from '../../domain/telemetry.ts'
import type { VerifiedIdentity } from '../../oidc/identity-token.ts'
import type { IssuerFailures } from '../audit/issuer-failures.ts'
import type { LoginFailure, LoginFailures } from '../audit/login-failures.ts'
import type { Guess, LoginThrottle } from '../logins/login-throttle.ts'
import type { NamedRobot } from './federated-robots.ts'
import { claimedBy, type IdentityProof, type ReadToken, type Sender } from './identity-proof.ts'
import type { Admission } from './robot-token-grant.ts'

/** An identity token that was sent for a robot. */
interface Attempt {
  token: ReadToken
  /** Those that may admit it. */
  entries: readonly StoredEntry[]
  /** Where it came, as the log has it. */
  type: LoginFailure['type']
  sender: Sender
}

interface FederationAdmissionDeps {
  proof: IdentityProof
  failures: LoginFailures
  issuerFailures: IssuerFailures
  throttle: LoginThrottle
  clock: Clock
  policyOf: PolicyOf
  telemetry: Pick<Telemetry, 'record'>
  robotsDisallow: boolean
}

export type FederationAdmission = ReturnType<typeof createFederationAdmission>

/** Judges identity tokens, wherever they come: which are admitted to a robot, and what becomes of the others. */
export function createFederationAdmission(deps: FederationAdmissionDeps) {
  const prove = ({ ownerId: id, robotPolicy }: NamedRobot, { token, entries, sender }: Attempt) =>
    deps.proof.prove(token, { owner: { id, robotPolicy }, entries }, sender)

  /** @throws {ServiceError} `exchange_refused` */
  function entryFor(robot: NamedRobot, { entries }: Attempt, identity: ExternalIdentity) {
    const now = deps.clock()
    const verdict = judge(entries, identity, now, deps.policyOf(robot))
    if (!('entry' in verdict)) throw exchangeRefused(verdict.message, verdict.code)
    const { robotsDisallow } = deps
    const secondsLeft = SHORTEST_REGISTRY_TOKEN
    const off = switchedOff(robot.fullName, robot, { robotsDisallow, now, secondsLeft })
    if (off) throw exchangeRefused(off.message, off.code)
    return verdict.entry
  }

  /** Writes a refusal, or that an issuer failed, to the log of the robot's owner, with the identity where that is proven. */
  const tellOwner =
    (
      { id, fullName, ...robot }: NamedRobot,
      { token, type, sender: { origin, isRepeat } }: Attempt,
      identity?: ExternalIdentity,
    ) =>
    async (error: unknown): Promise<never> => {
      const owner = ownerOf(robot)
      // One that may not be asked, or says what it must not, refuses the token: that is an entry of its own.
      if (error instanceof IssuerFaultError && !isTokenRefused(error)) {
        await deps.issuerFailures.note({ owner, issuer: claimedBy(token).issuer, error })
      }
      if (isTokenRefused(error) && !isRepeat) {
        await deps.failures.record({
          robot: { id, fullName, owner },
          type,
          message: error.message,
          code: error.outcome,
          origin,
          identity,
        })
      }
      throw error
    }

  /** The owner hears that an issuer fails while there is time to mend it. */
  async function tellOfOutage(robot: NamedRobot, { issuer, outage }: VerifiedIdentity) {
    if (!outage) return
    const { failure: error, servesUntil } = outage
    await deps.issuerFailures.note({ owner: ownerOf(robot), issuer, error, servesUntil })
  }

  const count = (outcome: ExchangeOutcome) => deps.telemetry.record({ event: 'exchange', outcome })

  /** Whoever keeps sending tokens that are refused is told to slow down. */
  function slowDown(error: unknown, { account, ...guess }: Sender) {
    if (!isTokenRefused(error)) return
    deps.throttle.wrongToken(error.outcome === 'unknown_robot' ? UNKNOWN : account, guess)
  }

  return {
    /**
     * Admits a token to a robot by an entry that all of it fits.
     *
     * @param grant what is done for who is admitted; it may refuse too
     * @throws {ServiceError} `exchange_refused`; `rate_limited`; `unavailable` where the provider cannot be asked
     */
    async admit<Granted>(
      robot: NamedRobot,
      attempt: Attempt,
      grant: (admission: Admission) => Promise<Granted>,
    ): Promise<Granted> {
      const identity = await prove(robot, attempt).catch(tellOwner(robot, attempt))
      await tellOfOutage(robot, identity)
      const admitted = async () =>
        grant({
          identity,
          entry: entryFor(robot, attempt, identity),
          origin: attempt.sender.origin,
        })
      return admitted().catch(tellOwner(robot, attempt, identity))
    },

    /** Counts how an attempt ends. */
    async counted<Granted>(sender: Sender, attempt: () => Promise<Granted>): Promise<Granted> {
      try {
        const granted = await attempt()
        count('issued')
        return granted
      } catch (error) {
        count(outcomeOf(error))
        slowDown(error, sender)
        throw error
      }
    },
  }
}

const ownerOf = ({ ownerId, ownerName }: Pick<NamedRobot, 'ownerId' | 'ownerName'>) => ({
  id: ownerId,
  name: ownerName,
})

/** Wrong tokens that come without the name of a robot are counted under this one. */
const UNKNOWN = 'exchange for unknown'

/** @param robot full name; undefined where the token came without */
export const senderFor = (robot: string | undefined, guess: Guess): Sender => ({
  account: robot === undefined ? UNKNOWN : `exchange for ${robot}`,
  ...guess,
})

function outcomeOf(error: unknown): ExchangeOutcome {
  if (error instanceof ExchangeError) return error.outcome
  if (error instanceof ServiceError) {
    return error.code === 'rate_limited' ? 'throttled' : 'unavailable'
  }
  return isUnavailable(error) ? 'unavailable' : 'error'
}
