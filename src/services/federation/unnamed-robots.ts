import type { Db } from '../../db/types.ts'
import { ServiceError } from '../../domain/errors.ts'
import { exchangeRefused } from '../../domain/exchange-errors.ts'
import { robotFullName } from '../../domain/names.ts'
import type { ClaimedIdentity } from '../../oidc/identity-token.ts'
import { type FederatedRobot, findFederatedRobots } from '../../queries/federation-entries.ts'
import type { FederatedRobots } from './federated-robots.ts'
import type { IdentityProof, Sender } from './identity-proof.ts'

interface UnnamedRobotsDeps {
  db: Db
  proof: Pick<IdentityProof, 'prove'>
  federatedRobots: FederatedRobots
}

export type UnnamedRobots = ReturnType<typeof createUnnamedRobots>

/** Tells which robot a job means that names none: the one that its token is configured for. */
export function createUnnamedRobots({ db, proof, federatedRobots }: UnnamedRobotsDeps) {
  /** Proves a token as if one of the robots were named, by what their entries and their owners' records say. */
  async function proveForAny(robots: FederatedRobot[], token: ClaimedIdentity, sender: Sender) {
    let failure: unknown
    for (const { ownerId: id, ownerName, robotName, robotPolicy } of robots) {
      const found = await federatedRobots.find(robotFullName(ownerName, robotName))
      const entries = found?.entries ?? []
      try {
        await proof.prove(token, { owner: { id, robotPolicy }, entries }, sender)
        return
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error
        failure ??= error
      }
    }
    throw failure
  }

  return {
    /**
     * The full name of the robot. That several are configured is told to nobody whose token is not proven, for which the
     * issuer is asked.
     *
     * @throws {ServiceError} `exchange_refused` where there is none, or several; as `prove` for a token that several are
     *   configured for
     */
    async nameFor(token: ClaimedIdentity, sender: Sender): Promise<string> {
      const { issuer, subject, audiences } = token
      const robots =
        subject === undefined ? [] : await findFederatedRobots(db, { issuer, subject, audiences })
      const [robot, another] = robots
      if (!robot) {
        throw exchangeRefused('No robot account is configured for this token', 'not_configured')
      }
      if (another) {
        await proveForAny(robots, token, sender)
        throw exchangeRefused(
          'Several robot accounts are configured for this token: name one with ?robot=owner+name',
          'ambiguous',
        )
      }
      return robotFullName(robot.ownerName, robot.robotName)
    },
  }
}
