import { InvalidArgumentError } from 'commander'
import { LONGEST_API_TOKEN } from '../domain/api-token-life.ts'
import { parseDuration } from '../domain/duration.ts'
import { emailProblem } from '../domain/email-rules.ts'
import { isName } from '../domain/names.ts'
import { parseScopes, SCOPES } from '../domain/scopes.ts'
import { SHORTEST_SECRET } from '../domain/secret-life.ts'
import { LONGEST_GRACE } from '../domain/secret-rotation.ts'

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

const secondsOf = (text: string) =>
  /^\d{1,9}$/.test(text) ? Number(text) : (parseDuration(text) ?? Number.NaN)

/** `90d`, `12h` …, or a number of seconds. */
export function lifetimeOf(text: string): number {
  const seconds = secondsOf(text)
  if (seconds >= 1 && seconds <= LONGEST_API_TOKEN) return seconds
  throw new InvalidArgumentError(
    'A duration such as 90d, 12h or 30m (s, m, h, d, w), or a number of seconds; ten years at most.',
  )
}

/** How long a secret of a robot stays good that is replaced; as `lifetimeOf`, or 0. */
export function graceOf(text: string): number {
  const seconds = secondsOf(text)
  if (seconds >= 0 && seconds <= LONGEST_GRACE) return seconds
  throw new InvalidArgumentError('A duration up to 30d such as 24h (s, m, h, d, w); 0 for none.')
}

/** How long a new secret of a robot lives; as `lifetimeOf`. */
export function secretLifetimeOf(text: string): number {
  const seconds = secondsOf(text)
  if (seconds >= SHORTEST_SECRET && seconds <= LONGEST_API_TOKEN) return seconds
  throw new InvalidArgumentError('A duration from 1m to 3652d such as 90d or 12h (s, m, h, d, w).')
}
