import { parseDuration } from './duration.ts'
import { invalidRequest } from './errors.ts'
import { LABEL_KEY } from './robot-labels.ts'
import { isStorable } from './storable-json.ts'

// What lists of robots are filtered and sorted by.

export const ROBOT_STATES = [
  ...(['active', 'disabled', 'expired', 'expiring', 'unused'] as const),
  ...(['secret_expiring', 'any_audience', 'needless_secret'] as const),
  ...(['secret_against_policy', 'issuer_against_policy'] as const),
] as const
export type RobotState = (typeof ROBOT_STATES)[number]

export const ROBOT_SORTS = ['name', 'created', 'last_used', 'expires'] as const
export type RobotSort = (typeof ROBOT_SORTS)[number]

/** What callers ask for, in their words. */
export interface AskedSearch {
  q?: string | undefined
  label?: string[] | undefined
  state?: string | undefined
  within?: string | undefined
  unused_since?: string | undefined
  sort?: string | undefined
}

export interface RobotSearch {
  sort: RobotSort
  /** Each of its words begins a word of the name or the description; undefined: any robot. */
  text: string | undefined
  /** As they are kept; a robot has all of them. */
  labels: string[]
  state: RobotState | undefined
  now: Date
  /** Robots, and secrets, that expire until then are about to. */
  expiringUntil: Date
  /** Robots without a use since then are unused. */
  unusedSince: Date
}

/** Times that say what is about to expire, and what is unused, where callers do not. */
export const WITHIN = '14d'
export const UNUSED_SINCE = '90d'

/** Longest text that is looked for: as long as a description. */
const MAX_TEXT = 255
/** Longest duration, in seconds: a hundred years. */
const MAX_DURATION = 36_500 * 86_400

/** Whether a list is anything but all robots by name. */
export const isSearch = (asked: AskedSearch) =>
  Object.values(asked).some((value) => value !== undefined)

/** @throws {ServiceError} `invalid_request` */
export function robotSearch(asked: AskedSearch, now: Date): RobotSearch {
  const { q, label = [], state, within, unused_since: unusedSince, sort = 'name' } = asked
  assertNeeded('within', within, ['expiring', 'secret_expiring'], state)
  assertNeeded('unused_since', unusedSince, ['unused'], state)
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  return {
    sort: oneOf('sort', ROBOT_SORTS, sort),
    text: q === undefined || q === '' ? undefined : searchable(q),
    labels: label.map(labelOf),
    state: state === undefined ? undefined : oneOf('state', ROBOT_STATES, state),
    now,
    expiringUntil: after(seconds('within', within ?? WITHIN)),
    unusedSince: after(-seconds('unused_since', unusedSince ?? UNUSED_SINCE)),
  }
}

/** What says more of some states means nothing with others. */
function assertNeeded(name: string, value: string | undefined, states: string[], asked = '') {
  if (value === undefined || states.includes(asked)) return
  throw invalidRequest(
    `${name} is for state=${states.join(' and state=')}: add that, or leave ${name} out`,
  )
}

function oneOf<Value extends string>(name: string, values: readonly Value[], text: string): Value {
  const found = values.find((value) => value === text)
  if (found === undefined) throw invalidRequest(`${name} must be one of ${values.join(', ')}`)
  return found
}

function searchable(text: string) {
  if (!isStorable(text) || !/[\p{L}\p{N}]/u.test(text) || [...text].length > MAX_TEXT) {
    throw invalidRequest(
      `q must have a letter or a digit, and at most ${MAX_TEXT} characters: it finds the beginnings of words`,
    )
  }
  return text
}

function labelOf(text: string) {
  const colon = text.indexOf(':')
  if (colon > 0 && LABEL_KEY.test(text.slice(0, colon)) && isStorable(text)) return text
  throw invalidRequest('label must be key:value, such as team:web')
}

function seconds(name: string, text: string) {
  const duration = parseDuration(text)
  if (duration !== undefined && duration <= MAX_DURATION) return duration
  throw invalidRequest(`${name} must be a duration such as 14d, 12h or 8w, at most 36500d`)
}
