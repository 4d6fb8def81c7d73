import { z } from 'zod'
import { ORGANIZATION_ROLES } from '../domain/organization-roles.ts'

/** Whether a text can be stored: without NUL, and without half a surrogate pair. Others are refused everywhere. */
const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0')

/** Text that can be stored as it is. */
export const text = () => z.string().refine(isStorable, 'must be well-formed text without NUL')

/** Text with a bound in characters, counted as code points. */
export const shortText = (max: number) =>
  text()
    .refine((value) => [...value].length <= max, `must have at most ${max} characters`)
    .meta({ maxLength: max })

/** Deepest nesting of a JSON value that is kept. */
const MAX_DEPTH = 100

/** Whether a number keeps its value: larger integers lose digits, and others may become infinite. */
const isExact = (number: number) =>
  Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number)

/** Whether a JSON value comes back as it was sent: its texts, and its numbers, which are IEEE 754 doubles here. */
export function isStorableJson(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value === 'number') return isExact(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth >= MAX_DEPTH) return false
  if (Array.isArray(value)) return value.every((item) => isStorableJson(item, depth + 1))
  return Object.entries(value).every(
    ([key, item]) => isStorable(key) && isStorableJson(item, depth + 1),
  )
}

/** The first of several query parameters with one name. */
export const first = (value: string | string[] | undefined) =>
  Array.isArray(value) ? value[0] : value

/** A query parameter; of several with one name the first counts, as in Quay. */
export const queryText = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform(first)

/** A body that can be left out. */
export const optionalBody = <Body extends z.ZodType>(body: Body) =>
  body.nullish().meta({ default: null })

/** The only spellings of false; anything else is true (as Quay reads them). */
const FALSE = new Set(['false', 'False', 'FALSE', '0', 'null', ''])

export const queryFlag = (fallback: boolean, description: string) =>
  queryText
    .transform((value) => (value === undefined ? fallback : !FALSE.has(value)))
    .meta({ type: 'boolean', default: fallback, description })

/** A date as Quay writes it: RFC 2822, UTC. */
export const DateText = z
  .string()
  .meta({ description: 'RFC 2822, UTC', example: 'Mon, 23 Nov 2026 13:56:36 -0000' })

/** A date of an OAuth token as Quay writes it: ISO 8601, unlike its other dates. */
export const PreciseDateText = z
  .string()
  .meta({ description: 'ISO 8601, UTC', example: '2026-11-23T13:56:36.000000Z' })

/** A query parameter that asks for fields which Quay's answer does not have. */
export const detailsFlag = (description: string) => queryFlag(false, description)

export const AvatarSchema = z
  .object({
    name: z.string(),
    hash: z.string().describe('SHA-256, lower-case hexadecimal'),
    color: z.string(),
    kind: z.enum(['user', 'org', 'team', 'robot', 'app']),
  })
  .meta({
    id: 'Avatar',
    example: {
      name: 'devs',
      hash: '03f53542fc2f985f2913c6a5484c82fa526a6939502229428a61c20bc848a300',
      color: '#ffbb78',
      kind: 'team',
    },
  })

/** A team as others show it. */
export const TeamReferenceSchema = z
  .object({ name: z.string(), avatar: AvatarSchema })
  .meta({ id: 'TeamReference' })

export const OrganizationRoleSchema = z.enum(ORGANIZATION_ROLES)
