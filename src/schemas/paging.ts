import { z } from 'zod'
import { Entries, type Items, mapItems, mapPieces, type Pieces } from '../domain/json-pieces.ts'
import { NAME_SORTS } from '../domain/name-sort.ts'
import { type LongPage, PAGE_SIZE, type Page } from '../domain/page.ts'
import { ownText, queryText } from './common.ts'

/** In descriptions, of lists that Quay's clients want in one piece. */
export const AT_MOST = `at most ${PAGE_SIZE.whole.toLocaleString('en')}`

/** The query of a list that has pages. */
export const PageQuerySchema = z.object({
  next_page: queryText.meta({
    type: 'string',
    description: 'Where to go on: the `next_page` of the answer before.',
  }),
})

/** The same where Quay answers all at once: who wants less says how much. */
export const WholeQuerySchema = PageQuerySchema.extend({
  limit: queryText
    .transform((text, context): number | undefined => {
      if (text === undefined) return undefined
      const limit = /^\d+$/.test(text) ? Number(text) : 0
      if (limit >= 1) return Math.min(limit, PAGE_SIZE.whole)
      context.addIssue({ code: 'custom', message: 'must be a whole number, 1 or more' })
      return z.NEVER
    })
    .meta({ type: 'integer', minimum: 1, description: `How many to list; ${AT_MOST}` }),
})

export const wholeQueryOf = ({
  limit,
  next_page: nextPage,
}: z.output<typeof WholeQuerySchema>) => ({
  limit,
  nextPage,
})

/** What lists by name take that can be read from their end, too. */
export const nameSort = ownText
  .pipe(z.enum(NAME_SORTS, { error: `must be one of ${NAME_SORTS.join(', ')}` }).optional())
  .meta({
    type: 'string',
    enum: [...NAME_SORTS],
    description:
      'By name, or from the last name to the first. `next_page` is good for the same sort only. The default is `name`.',
  })

export const NextPageSchema = z.string().optional().describe('Set where there are more')

/** A list in pages: `next_page` comes after what else is in it. */
export const listOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ ...shape, next_page: NextPageSchema })

interface Limit<Absent extends number | undefined> {
  /** How the number may be written. */
  form: RegExp
  /** Smallest number; 0 counts as none. */
  least: 0 | 1
  /** More counts as this many. */
  most: number
  /** Counts where there is none. */
  absent: Absent
  description: string
}

/** How many items to list. */
export const limitParam = <Absent extends number | undefined>({
  form,
  least,
  most,
  absent,
  description,
}: Limit<Absent>) =>
  queryText
    .transform((text, context): number | Absent => {
      if (text === undefined) return absent
      const limit = form.test(text) ? Math.min(Number(text.replaceAll('_', '')), most) : Number.NaN
      if (Number.isSafeInteger(limit) && limit >= least) return limit || absent
      const words = least === 0 ? '0 (all of them)' : least
      context.addIssue({ code: 'custom', message: `must be a whole number, ${words} or more` })
      return z.NEVER
    })
    .meta({
      type: 'integer',
      minimum: least,
      ...(absent !== undefined && { default: absent }),
      description,
    })

/** A page as it is sent: its items under a name, and where the list goes on. */
export function presentPage<Name extends string, Row, Item>(
  name: Name,
  page: Page<Row>,
  present: (row: Row) => Item,
): Record<Name, Item[]> & { next_page: string | undefined }
export function presentPage<Name extends string, Row, Item>(
  name: Name,
  page: LongPage<Row>,
  present: (row: Row) => Item,
): Record<Name, Pieces<Item>> & { next_page: () => string | undefined }
export function presentPage<Row, Item>(
  name: string,
  { items, nextPage }: { items: Items<Row>; nextPage: unknown },
  present: (row: Row) => Item,
) {
  return { [name]: mapItems(items, present), next_page: nextPage }
}

/** The same of what has names, as an object that has an item under each of them. */
export const presentByName = <Row extends { name: string }>(
  name: string,
  { items, nextPage }: LongPage<Row>,
  present: (row: Row) => unknown,
) => ({
  [name]: new Entries(mapPieces(items, (row) => [row.name, present(row)] as const)),
  next_page: nextPage,
})
