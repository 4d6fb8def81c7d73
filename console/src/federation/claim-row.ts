import type { components } from '../generated/openapi.d.ts'

type Condition = components['schemas']['ClaimCondition']
export type Conditions = Readonly<Record<string, Condition>>

/** How a claim is compared. */
export const COMPARISONS = {
  text: 'is the text',
  list: 'is one of (one a line)',
  glob: 'is like the pattern',
  json: 'is the number, true or false',
}

/** A condition, as it is edited. */
export interface ClaimRow {
  /** Tells rows apart while they are edited. */
  key: number
  name: string
  comparison: keyof typeof COMPARISONS
  value: string
}

export const rowsOf = (claims: Conditions): ClaimRow[] =>
  Object.entries(claims).map(([name, condition], key) => ({ key, name, ...asText(condition) }))

function asText(condition: Condition): Pick<ClaimRow, 'comparison' | 'value'> {
  if (typeof condition === 'string') return { comparison: 'text', value: condition }
  if (typeof condition !== 'object') return { comparison: 'json', value: String(condition) }
  if (!Array.isArray(condition)) return { comparison: 'glob', value: condition.glob }
  const isText = condition.every((one) => typeof one === 'string')
  return isText
    ? { comparison: 'list', value: condition.join('\n') }
    : { comparison: 'json', value: JSON.stringify(condition) }
}

/**
 * What is left of rows without a name is nothing.
 * @throws {Error} where a value is not what is said of it, with the name of its claim
 */
export const claimsOf = (rows: readonly ClaimRow[]): Conditions =>
  Object.fromEntries(
    rows.filter(({ name }) => name !== '').map((row) => [row.name, conditionOf(row)]),
  )

function conditionOf({ name, comparison, value }: ClaimRow): Condition {
  if (comparison === 'text') return value
  if (comparison === 'glob') return { glob: value }
  if (comparison === 'list') return value.split('\n').filter((line) => line !== '')
  try {
    return JSON.parse(value)
  } catch {
    throw new Error(`Claim '${name}' must be a number, true or false`)
  }
}
