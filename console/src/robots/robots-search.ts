import type { paths } from '../generated/openapi.d.ts'

type Query = NonNullable<paths['/api/v1/user/robots']['get']['parameters']['query']>

export type RobotState = NonNullable<Query['state']>
export type RobotSort = NonNullable<Query['sort']>

/** What a list of robots is asked for, as its address says it. */
export interface RobotsSearch {
  q?: string
  state?: RobotState
  label?: string[]
  sort?: RobotSort
  /** For `expiring` and `secret_expiring`: `14d`. */
  within?: string
  /** For `unused`: `90d`. */
  unused_since?: string
  /** Where the page begins; good for the same `sort` only. */
  next_page?: string
}

export const STATES: Record<RobotState, string> = {
  active: 'Active',
  disabled: 'Disabled',
  expired: 'Expired',
  expiring: 'Expires soon',
  unused: 'Not used for long',
  secret_expiring: 'Secret expires soon',
  secret_against_policy: 'Secret against the policy',
  issuer_against_policy: 'Issuer against the policy',
  any_audience: 'Takes tokens for other services',
  needless_secret: 'Secret not needed',
}

/** What a name of a state leaves open. */
export const STATE_HINTS: Partial<Record<RobotState, string>> = {
  unused: 'Not for 90 days, or not yet: new and disabled robots count, too.',
  secret_expiring: 'A secret that was replaced counts until it ends.',
  needless_secret:
    'Their jobs sign in by federation, while a secret is still good: end it once nobody uses it.',
}

const isKeyOf = <Key extends string>(record: Record<Key, string>, value: unknown): value is Key =>
  typeof value === 'string' && Object.hasOwn(record, value)

/** Where that is seen, and mended, of a robot by which a list was filtered. */
const PAGES = {
  any_audience: '/$kind/$owner/robots/$robot/federation',
  issuer_against_policy: '/$kind/$owner/robots/$robot/federation',
  secret_expiring: '/$kind/$owner/robots/$robot/credentials',
  secret_against_policy: '/$kind/$owner/robots/$robot/credentials',
  needless_secret: '/$kind/$owner/robots/$robot/credentials',
} as const

/** The page of a robot to which a list leads that shows robots in a state. */
export const pageOf = (state: RobotState | undefined) =>
  isKeyOf(PAGES, state) ? PAGES[state] : '/$kind/$owner/robots/$robot'

export const SORTS: Record<RobotSort, string> = {
  name: 'Name',
  created: 'Created',
  last_used: 'Last used',
  expires: 'Expires',
}

/** Takes from an address what is known; the service says what is wrong with the rest. */
export function readRobotsSearch(search: Record<string, unknown>): RobotsSearch {
  const read: RobotsSearch = {}
  for (const name of ['q', 'within', 'unused_since', 'next_page'] as const) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
  }
  const labels = [search.label ?? []].flat().filter((label) => typeof label === 'string')
  if (labels.length > 0) read.label = labels
  if (isKeyOf(STATES, search.state)) read.state = search.state
  if (isKeyOf(SORTS, search.sort)) read.sort = search.sort
  return read
}

/** Whether the list is of less than all robots. */
export const isFiltered = ({ q, state, label }: RobotsSearch) =>
  q !== undefined || state !== undefined || label !== undefined

/** The search with a change, from its first page on. */
export function changed(search: RobotsSearch, change: Partial<RobotsSearch>): RobotsSearch {
  const { next_page: _, ...rest } = search
  return { ...rest, ...change }
}

/** The search without some of what it asks for, from its first page on. */
export function without(search: RobotsSearch, ...names: (keyof RobotsSearch)[]): RobotsSearch {
  const rest = changed(search, {})
  for (const name of names) delete rest[name]
  return rest
}
