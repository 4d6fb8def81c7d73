import type { CommonServices } from './common-services.ts'
import { createRobotHandOn } from './services/access/robot-hand-on.ts'
import type { FederationService } from './services/federation/robot-federation.ts'
import { createAttention } from './services/robots/attention.ts'
import { createBroughtSecrets } from './services/robots/brought-secrets.ts'
import { createCredentialExport } from './services/robots/credential-export.ts'
import { createRobotAges } from './services/robots/robot-ages.ts'
import { createRobotApiTokens } from './services/robots/robot-api-tokens.ts'
import { createRobotChanges } from './services/robots/robot-changes.ts'
import { createRobotCreation } from './services/robots/robot-creation.ts'
import { createRobotLists } from './services/robots/robot-lists.ts'
import { createRobotPolicies } from './services/robots/robot-policies.ts'
import { createRobotService } from './services/robots/robots.ts'
import { createSecretChanges } from './services/robots/secret-changes.ts'

/** The services that make, list, change and export robots. */
export function createRobotServices(
  common: CommonServices,
  { setFirst }: Pick<FederationService, 'setFirst'>,
) {
  return {
    robotHandOn: createRobotHandOn(common),
    credentialExport: createCredentialExport(common),
    robots: createRobotService(common),
    createRobot: createRobotCreation({ ...common, federate: setFirst }),
    policyOf: common.policyOf,
    robotPolicies: createRobotPolicies(common),
    robotChanges: createRobotChanges(common),
    secretChanges: createSecretChanges(common),
    broughtSecrets: createBroughtSecrets(common),
    robotLists: createRobotLists(common),
    attention: createAttention(common),
    robotAges: createRobotAges(common),
    robotApiTokens: createRobotApiTokens(common),
  }
}
