import { invalidRequest, modelRefused } from './errors.ts'

/** As Quay quotes it in messages. JavaScript's `$` admits no trailing line feed. */
const NAME_PATTERN = '^([a-z0-9]+(?:[._-][a-z0-9]+)*)$'
const NAME = new RegExp(NAME_PATTERN)

/** Longest name of a namespace, and of `owner+robot`. */
const MAX_LENGTH = 255

/** Says what is wrong with a name of a user, an organization or a robot; undefined if nothing is. */
export function nameProblem(name: string): string | undefined {
  if (!NAME.test(name)) return `Namespace must match expression ${NAME_PATTERN}`
  if (name.length < 2 || name.length > MAX_LENGTH) {
    return 'Namespace must be between 2 and 255 characters in length'
  }
  return undefined
}

/** Whether an account or a robot can have this name; no other name needs to be looked for. */
export const isName = (text: string) => nameProblem(text) === undefined

/** The name a robot logs in with: `owner+short`. */
export const robotFullName = (owner: string, shortName: string) => `${owner}+${shortName}`

/** Whether an owner can have this name, given how long the short names of its robots are. */
export const robotNameFits = (owner: string, shortNameLength: number) =>
  owner.length + 1 + shortNameLength <= MAX_LENGTH

/** Splits `owner+short`; undefined for what cannot be the name of a robot. */
export function parseRobotFullName(text: string) {
  const [owner, shortName, ...rest] = text.split('+')
  if (owner === undefined || shortName === undefined || rest.length > 0) return undefined
  return isName(owner) && isName(shortName) ? { owner, shortName } : undefined
}

/**
 * Checks the name of a robot to be created.
 *
 * @throws {ServiceError} `invalid_request`, also where owner and name together are too long
 */
export function assertRobotName(owner: string, shortName: string) {
  const problem = nameProblem(shortName)
  if (problem) {
    throw invalidRequest(`The name for the robot '${shortName}' is invalid: ${problem}`)
  }
  if (robotFullName(owner, shortName).length > MAX_LENGTH) {
    throw invalidRequest(
      `The name for the robot '${shortName}' is invalid: owner+name must be at most ${MAX_LENGTH} characters in length`,
    )
  }
}

/**
 * Checks the name of a team to be created: the same rule.
 *
 * @throws {ServiceError} `model_refused`, in Quay's words
 */
export function assertTeamName(name: string) {
  const problem = nameProblem(name)?.replace('Namespace must be between', 'Team must be between')
  if (problem !== undefined) throw modelRefused(`Invalid team name ${name}: ${problem}`)
}
