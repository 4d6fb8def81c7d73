import type { z } from 'zod'
import { nextPageOf } from '../domain/next-page.ts'
import { NextPageSchema } from './quay-answers.ts'
import type { QuayRequests } from './quay-requests.ts'
import { SourceError } from './source-error.ts'

/** How far reading has come, in requests. */
export interface ReadingProgress {
  done: number
  /** As far as that is known. */
  known: number
}

export type QuayApi = ReturnType<typeof createQuayApi>

/** The API of a running Quay, each answer checked. */
export function createQuayApi(
  { find, placeOf }: Pick<QuayRequests, 'find' | 'placeOf'>,
  onProgress: (progress: ReadingProgress) => void,
) {
  const progress = { done: 0, known: 0 }

  async function request(path: string) {
    const document = await find(path)
    progress.done += 1
    progress.known = Math.max(progress.known, progress.done)
    onProgress({ ...progress })
    return document
  }

  /** @throws {SourceError} that names the place in the answer, and nothing that is there */
  function checked<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    document: unknown,
  ): z.output<Schema> {
    const { data, error } = schema.safeParse(document)
    if (!error) return data
    const [issue] = error.issues
    const at = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : ''
    throw new SourceError(
      `${placeOf(path)}: this is not what Quay answers${at}: ${issue?.message ?? 'unknown'}`,
    )
  }

  /** @returns undefined where there is none (404) */
  async function findChecked<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
  ): Promise<z.output<Schema> | undefined> {
    const document = await request(path)
    return document === undefined ? undefined : checked(schema, path, document)
  }

  async function get<Schema extends z.ZodType>(schema: Schema, path: string) {
    const found = await findChecked(schema, path)
    if (found === undefined)
      throw new SourceError(`${placeOf(path)}: there is no such thing (404)`, 404)
    return found
  }

  return {
    placeOf,

    /** More requests are to come than were known of. */
    expect(requests: number) {
      progress.known += requests
    },

    find: findChecked,
    get,

    /** All pages of a list. */
    async pages<Schema extends z.ZodType>(
      schema: Schema,
      path: string,
    ): Promise<z.output<Schema>[]> {
      const pages: z.output<Schema>[] = []
      const seen = new Set<string>()
      for (let next: string | null | undefined = ''; next !== undefined && next !== null; ) {
        const asked: string = next === '' ? path : nextPageOf(path, next)
        const document = await get(NextPageSchema.loose(), asked)
        pages.push(checked(schema, asked, document))
        next = document.next_page
        if (next && seen.has(next)) {
          throw new SourceError(`${placeOf(asked)}: the list leads back to a page of before`)
        }
        if (next) seen.add(next)
      }
      return pages
    },
  }
}
