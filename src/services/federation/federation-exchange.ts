import type { Origin } from '../../domain/actor.ts'
import { apiScopesOf } from '../../domain/entry-api-scopes.ts'
import { exchangeRefused } from '../../domain/exchange-errors.ts'
import type { StoredEntry } from '../../domain/federation-entry.ts'
import { askedScopes, narrowingProblem } from '../../domain/narrowed-reach.ts'
import { ROBOT_UNKNOWN } from '../../domain/robot-refusals.ts'
import { includesScope } from '../../domain/robot-scopes.ts'
import { isScope, type Scope } from '../../domain/scopes.ts'
import type { IssuedRobotToken, WantedScopes } from '../robots/robot-tokens.ts'
import type { FederatedRobots } from './federated-robots.ts'
import { type FederationAdmission, senderFor } from './federation-admission.ts'
import { claimedBy, type IdentityProof } from './identity-proof.ts'
import type { RobotTokenGrant } from './robot-token-grant.ts'
import type { UnnamedRobots } from './unnamed-robots.ts'

interface ExchangeRequest {
  identityToken: string
  /** Full name; undefined: the one robot whose configuration matches the token. */
  robot: string | undefined
  /** What the robot token is asked to be bound to, within what the entry gives; without, all of that. */
  scope?: string
  /** Whether the token may be one for the API, too. */
  forApi?: boolean
  origin: Origin
}

interface FederationExchangeDeps {
  proof: IdentityProof
  federatedRobots: FederatedRobots
  unnamedRobots: UnnamedRobots
  admission: FederationAdmission
  tokenGrant: RobotTokenGrant
  policy: { robotApiTokens: boolean }
}

export type FederationExchange = ReturnType<typeof createFederationExchange>

/** Swaps a CI job's identity token for a short-lived robot token. */
export function createFederationExchange(deps: FederationExchangeDeps) {
  const { proof, federatedRobots, unnamedRobots, admission, tokenGrant } = deps

  async function findRobot(fullName: string) {
    const found = await federatedRobots.find(fullName)
    if (!found) throw exchangeRefused(ROBOT_UNKNOWN, 'unknown_robot')
    return found
  }

  async function exchange(request: ExchangeRequest): Promise<IssuedRobotToken> {
    const { identityToken, scope = '' } = request
    const forApi = request.forApi === true && deps.policy.robotApiTokens
    const token = proof.read(identityToken)
    const { robot, entries } = await findRobot(
      request.robot ?? (await unnamedRobots.nameFor(claimedBy(token), senderOf(request))),
    )
    return admission.admit(
      robot,
      { token, entries, type: 'federation', sender: senderOf(request) },
      (admitted) => {
        const given = forApi ? apiScopesOf(admitted.entry) : []
        const asked = askedScopes(scope)
        const wanted = narrowed(admitted.entry, given, asked)
        return tokenGrant.grant(robot, { ...admitted, asked }, wanted)
      },
    )
  }

  return {
    /**
     * @throws {ServiceError} `exchange_refused`; `rate_limited`; `unavailable` where the provider cannot be asked
     */
    exchange: (request: ExchangeRequest): Promise<IssuedRobotToken> =>
      admission.counted(senderOf(request), () => exchange(request)),
  }
}

/**
 * What a token is bound to where these scopes are asked for: nothing asked is all that the entry gives.
 *
 * @param given scopes of the API
 * @throws {ServiceError} `exchange_refused`
 */
function narrowed({ registry_scopes }: StoredEntry, given: Scope[], asked: string[]): WantedScopes {
  if (asked.length === 0) return { scopes: undefined, apiScopes: given }
  const apiScopes = asked.filter(isScope)
  const scopes = asked.filter((scope) => !isScope(scope))
  const held = new Set(given)
  const beyond = apiScopes.find((scope) => !includesScope(held, scope))
  const problem =
    beyond === undefined
      ? narrowingProblem(scopes, registry_scopes)
      : `'${beyond}' is not within what the entry gives`
  if (problem !== undefined) throw exchangeRefused(`scope_refused: ${problem}`, 'scope_refused')
  return { scopes: scopes.length > 0 ? scopes : undefined, apiScopes }
}

const senderOf = ({ robot, origin }: ExchangeRequest) => senderFor(robot, { origin })
