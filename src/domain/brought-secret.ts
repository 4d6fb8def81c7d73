import { isMistyped } from './static-token.ts'

// Secrets of robots that exist elsewhere, and come along with the robot.

const LENGTH = { least: 20, most: 512 }

/** Printable ASCII without blanks at the ends, which nobody sees. */
const FORM = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** The beginning of robots' API tokens; robot tokens and identity tokens have three parts between dots. */
const OTHER_CREDENTIAL = /^(?:qro_|[^.]*\.[^.]*\.[^.]*$)/

/** Why a robot cannot have this as its secret, without a word of it; undefined if it can. */
export function broughtSecretProblem(value: string): string | undefined {
  const { least, most } = LENGTH
  if (value.length < least || value.length > most || !FORM.test(value)) {
    return `must have ${least} to ${most} printable characters of ASCII, and no blank at either end`
  }
  if (OTHER_CREDENTIAL.test(value)) {
    return 'must not begin with qro_, nor have three parts between dots: such passwords are taken for tokens'
  }
  if (isMistyped(value))
    return 'looks like a secret of this service, with a character that is wrong'
  return undefined
}
