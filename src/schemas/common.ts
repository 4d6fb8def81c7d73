import { z } from 'zod'
import { ORGANIZATION_ROLES } from '../domain/organization-roles.ts'

/** NUL cannot be stored, and half a surrogate pair is no text: such strings are refused everywhere. */
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

/** Larger integers lose digits; numbers beyond the range of a double become infinite. */
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

/** Of several query parameters with one name, the first. */
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

/** Of tokens, whose dates alone are not RFC 2822 in Quay. */
export const PreciseDateText = z
  .string()
  .meta({ description: 'ISO 8601, UTC', example: '2026-11-23T13:56:36.000000Z' })

/** What is this service's own in a published answer is there for who asks for it. */
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
