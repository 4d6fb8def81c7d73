import { broughtSecretProblem } from './brought-secret.ts'
import { emailProblem } from './email-rules.ts'
import { nameProblem, robotNameFits } from './names.ts'
import type { SourceRobot, SourceThing } from './quay-content.ts'
import { isOciName } from './repository-name.ts'
import { metadataProblem } from './robot-metadata.ts'
import { isStorable } from './storable-json.ts'
import { TEXT_LENGTHS } from './text-lengths.ts'

/** Why a thing that a Quay has cannot be here, whatever is here; undefined where it can. */
export function thingProblem(thing: SourceThing): string | undefined {
  switch (thing.kind) {
    case 'user':
      return nameProblem(thing.name) ?? (thing.email ? emailProblem(thing.email) : undefined)
    case 'organization':
      return (
        nameProblem(thing.name) ??
        (thing.beginning ? undefined : 'no user administers it there, and one must here')
      )
    case 'team':
      return nameProblem(thing.name) ?? textProblem(thing.description, TEXT_LENGTHS.teamDescription)
    case 'robot':
      return robotProblem(thing)
    case 'repository':
      return isOciName(`${thing.namespace}/${thing.name}`)
        ? textProblem(thing.description, TEXT_LENGTHS.repositoryDescription)
        : 'registries do not take this name'
    default:
      return undefined
  }
}

function robotProblem({ owner, name, description, metadata, secret }: SourceRobot) {
  const secretProblem = secret === null ? undefined : broughtSecretProblem(secret)
  const stated = metadata === null ? undefined : metadataProblem(metadata)
  return (
    nameProblem(name) ??
    (robotNameFits(owner, name.length) ? undefined : 'owner and name are too long together') ??
    (secretProblem && `its secret ${secretProblem}`) ??
    (stated && `its metadata ${stated}`) ??
    textProblem(description, TEXT_LENGTHS.robotDescription)
  )
}

function textProblem(description: string, most: number): string | undefined {
  if (!isStorable(description)) return 'its description holds characters that cannot be kept'
  return [...description].length > most
    ? `its description has more than ${most} characters`
    : undefined
}
