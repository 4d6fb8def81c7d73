import { canonicalJson } from '../domain/canonical-json.ts'
import type { ChangeRequest } from './api-client.ts'
import type { Path } from './yaml-values.ts'

/** One request of the API, and what it does in words. */
export interface Step {
  action: 'add' | 'change' | 'remove'
  /** `robot acme+ci` */
  thing: string
  /** `description "CI" → "CI of web"` */
  how?: string | undefined
  /** Where the document speaks of it. */
  path: Path
  request: ChangeRequest
}

/** What makes the service what a document says: as long as it only adds and changes, and what it would remove. */
export interface Difference {
  steps: Step[]
  removals: Step[]
}

/** What an organization is compared with, and what says so. */
export interface Compared<Document, State> {
  organization: string
  said: Document
  found: State
}

export const wordsOf = ({ action, thing, how }: Pick<Step, 'action' | 'thing' | 'how'>) =>
  `${action} ${thing}${how ? `: ${how}` : ''}`

/** Longest text that is shown as a whole (characters): descriptions may be pages. */
const SHOWN = 200

/** A value as a person reads it on one line. */
export function shown(value: unknown): string {
  if (isNothing(value)) return 'none'
  const text = typeof value === 'string' ? JSON.stringify(cut(value)) : JSON.stringify(value)
  return isPlain(value) ? value : text
}

const isNothing = (value: unknown) =>
  value === undefined || value === null || ['""', '{}', '[]'].includes(JSON.stringify(value))

const cut = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text)

const isPlain = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= SHOWN && /^[\w.:/@+*-]+$/.test(value)

/** The keys of the second object that the first has otherwise; those that it leaves out are as they are. */
export const differing = <Key extends string>(
  said: { [key in Key]?: unknown },
  found: Record<Key, unknown>,
  keys: readonly Key[],
): Key[] => keys.filter((key) => said[key] !== undefined && !isSame(said[key], found[key]))

export const isSame = (one: unknown, other: unknown) =>
  canonicalJson([one]) === canonicalJson([other])

/** `role member → admin, description none → "people"` */
export const changeWords = (
  keys: readonly string[],
  found: Record<string, unknown>,
  said: Record<string, unknown>,
) => keys.map((key) => `${key} ${shown(found[key])} → ${shown(said[key])}`).join(', ')

/** `role admin, description "people"` */
export const newWords = (values: Record<string, unknown>) =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && shown(value) !== 'none')
    .map(([key, value]) => `${key} ${shown(value)}`)
    .join(', ')

/** The entries of a record that has them, by name. */
export const entriesOf = <Value>(record: Record<string, Value> | undefined) =>
  Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
