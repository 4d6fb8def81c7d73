import { invalidRequest } from './errors.ts'
import type { FederationEntry } from './federation-entry.ts'
import { type RobotPolicy, settingOf } from './robot-policy.ts'

export interface AudiencePolicy extends Pick<RobotPolicy, 'federationAudiences' | 'own'> {
  /** What the identity tokens of jobs are to be made for. */
  audience: string
}

/**
 * An entry as it is stored. To be asked for entries that are new or changed: those of before stay as they are.
 *
 * @throws {ServiceError} `invalid_request` where it must say for whom tokens are made, and does not
 */
export function withAudiences(entry: FederationEntry, policy: AudiencePolicy): FederationEntry {
  const { federationAudiences, audience } = policy
  if (entry.audiences !== undefined || federationAudiences === 'optional') return entry
  if (federationAudiences === 'default') return { ...entry, audiences: [audience] }
  throw invalidRequest(
    `An entry must name audiences here (${settingOf(policy, 'federationAudiences')}): write "audiences": ${JSON.stringify([audience])}, ` +
      'and have jobs ask for tokens with that audience',
  )
}
