import { InvalidArgumentError } from 'commander'
import { emailProblem } from '../domain/account-rules.ts'
import { parseDuration } from '../domain/duration.ts'
import { isName } from '../domain/names.ts'
import { parseScopes, SCOPES } from '../domain/scopes.ts'
import { MAX_TOKEN_LIFETIME } from '../domain/token-lifetimes.ts'

// Parsers of arguments, which refuse bad ones before a database is opened.

/** The name for a new account. */
export function newName(name: string): string {
  if (isName(name)) return name
  throw new InvalidArgumentError(
    'A name has 2 to 255 characters: lower-case letters, digits, and single . _ - between them.',
  )
}

export function emailAddress(text: string): string {
  if (emailProblem(text) === undefined) return text
  throw new InvalidArgumentError('It looks like name@example.com.')
}

export function scopesOf(list: string) {
  const scopes = parseScopes(list.trim())
  if (!scopes) throw new InvalidArgumentError(`Scopes are: ${SCOPES.join(' ')}`)
  return scopes
}

/** `90d`, `12h` …, or a number of seconds. */
export function lifetimeOf(text: string): number {
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : parseDuration(text)
  if (seconds !== undefined && seconds >= 1 && seconds <= MAX_TOKEN_LIFETIME) return seconds
  throw new InvalidArgumentError(
    'A duration such as 90d, 12h or 30m (s, m, h, d, w), or a number of seconds; ten years at most.',
  )
}
