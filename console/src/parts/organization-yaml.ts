import type { Owner } from '../api/owner.ts'

type Fields = Readonly<Record<string, unknown>>

/** Words that stand for something else where they are not quoted (YAML 1.1, which some tools read). */
const TAKEN = ['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']

/**
 * The file by which `quay-robots apply` makes an organization so; what it does not say stays. Undefined for users, of whose robots
 * it knows nothing.
 */
export const organizationYaml = (owner: Owner, document: Fields): string | undefined =>
  owner.kind === 'users'
    ? undefined
    : `${linesOf({ organization: owner.name, ...document }).join('\n')}\n`

/** What is undefined is left out. */
const linesOf = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : fieldOf(keyOf(name), value),
  )

function fieldOf(key: string, value: unknown): string[] {
  if (isFields(value) && Object.keys(value).length > 0) {
    return [`${key}:`, ...indented(linesOf(value))]
  }
  if (Array.isArray(value) && value.some(isFields)) {
    return [`${key}:`, ...indented(value.flatMap(itemOf))]
  }
  return [`${key}: ${scalarOf(value)}`]
}

/** An item of a list, each of its values on a line. */
const itemOf = (item: Fields): string[] =>
  Object.entries(item).map(
    ([name, value], at) => `${at === 0 ? '-' : ' '} ${keyOf(name)}: ${scalarOf(value)}`,
  )

/** JSON, which YAML takes as it is. */
const scalarOf = (value: unknown) => JSON.stringify(value)

const keyOf = (name: string) =>
  /^[a-z]+(_[a-z]+)*$/.test(name) && !TAKEN.includes(name) ? name : scalarOf(name)

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const indented = (lines: string[]) => lines.map((line) => `  ${line}`)
