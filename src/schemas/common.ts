import { z } from 'zod'
import { parseDuration } from '../domain/duration.ts'
import { ORGANIZATION_ROLES } from '../domain/organization-roles.ts'
import { isStorable } from '../domain/storable-json.ts'

/** Text that can be stored as it is. */
export const text = () => z.string().refine(isStorable, 'must be well-formed text without NUL')

/** A character is one or two of the units that `length` counts: what has more units than that is not taken apart. */
const isAtMost = (max: number, value: string) =>
  value.length <= max || (value.length <= 2 * max && [...value].length <= max)

/** Text with a bound in characters, counted as code points. */
export const shortText = (max: number) =>
  text()
    .refine((value) => isAtMost(max, value), `must have at most ${max} characters`)
    .meta({ maxLength: max })

/** A query parameter that Quay has; of several with one name the first counts, as there. */
export const queryText = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (Array.isArray(value) ? value[0] : value))

/** A query parameter that Quay does not have: of several with one name, each would have another answer. */
export const ownText = z.string('must be given once').optional()

/** The same for what is looked for in names, none of which has in it what cannot be stored. */
export const searchText = (description: string) =>
  ownText.pipe(text().optional()).meta({ type: 'string', description })

/** A body that can be left out. */
export const optionalBody = <Body extends z.ZodType>(body: Body) =>
  body.nullish().meta({ default: null })

/** The only spellings of false in Quay's flags; anything else is true (as Quay reads them). */
const FALSE = new Set(['false', 'False', 'FALSE', '0', 'null', ''])

export const queryFlag = (fallback: boolean, description: string) =>
  queryText
    .transform((value) => (value === undefined ? fallback : !FALSE.has(value)))
    .meta({ type: 'boolean', default: fallback, description })

/** A flag that Quay does not have: what is misspelt is refused, since it would be taken for the other. */
export const ownFlag = (fallback: boolean, description: string) =>
  ownText
    .pipe(z.enum(['true', 'false'], { error: 'must be true or false' }).optional())
    .transform((value) => (value === undefined ? fallback : value === 'true'))
    .meta({ type: 'boolean', default: fallback, description })

/** A date as Quay writes it: RFC 2822, UTC. */
export const DateText = z
  .string()
  .meta({ description: 'RFC 2822, UTC', example: 'Mon, 23 Nov 2026 13:56:36 -0000' })

/** A date of an OAuth token as Quay writes it: ISO 8601, unlike its other dates. */
export const PreciseDateText = z
  .string()
  .meta({ description: 'ISO 8601, UTC', example: '2026-11-23T13:56:36.000000Z' })

/** A time in the body of a request, which may be null instead. */
export const givenTime = z.iso.datetime({
  offset: true,
  error: 'must be a time as in RFC 3339, such as 2027-01-31T00:00:00Z, or null for none',
})

/** A query parameter that is a duration, as seconds; undefined where it is left out. */
export const durationParam = (
  { least, most }: { least: number; most: number },
  { rule, description }: { rule: string; description: string },
) =>
  ownText
    .transform((text) => {
      if (text === undefined) return undefined
      return text === '0' ? 0 : (parseDuration(text) ?? Number.NaN)
    })
    .refine((seconds) => seconds === undefined || (seconds >= least && seconds <= most), rule)
    .meta({ type: 'string', description })

/** A query parameter that asks for fields which Quay's answer does not have. */
export const detailsFlag = (description: string) => ownFlag(false, description)

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
