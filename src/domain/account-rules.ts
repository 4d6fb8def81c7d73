import { modelRefused } from './errors.ts'

/** Quay has this rule, in these words. */
const PASSWORD_RULE =
  'Invalid password, password must be at least 8 characters and contain no whitespace.'

export function passwordProblem(password: string): string | undefined {
  return password.length < 8 || /\s/.test(password) ? PASSWORD_RULE : undefined
}

/** Characters. */
export const MAX_EMAIL = 320

/** Asks for something, an @, something else, and a length that can be stored; not for all that RFC 5321 does. */
export function emailProblem(email: string): string | undefined {
  if (email.length > MAX_EMAIL) {
    return `Invalid email address: it must be at most ${MAX_EMAIL} characters in length`
  }
  return /^[^\s@]+@[^\s@]+$/.test(email) ? undefined : 'Invalid email address'
}

/** The column that makes spellings of one address collide; nothing where no address is given. */
export const emailKeyOf = ({ email }: { email?: string | null }) =>
  email === undefined ? {} : { emailKey: email === null ? null : email.toLowerCase() }

/** @throws {ServiceError} `model_refused` with the first problem */
export function assertNoProblem(...problems: (string | undefined)[]) {
  const problem = problems.find((text) => text !== undefined)
  if (problem !== undefined) throw modelRefused(problem)
}
