/** What a list is asked for that is searched by name alone, as its address says it. */
export interface ListSearch {
  q?: string
  /** From the last name on; undefined: from the first. */
  sort?: '-name'
  next_page?: string
}

/** Takes from an address what is known. */
export function readListSearch(search: Record<string, unknown>): ListSearch {
  const read: ListSearch = {}
  for (const name of ['q', 'next_page'] as const) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
  }
  if (search.sort === '-name') read.sort = '-name'
  return read
}

/** The same list, of names with a text in them, from its first page on. */
export const searched = ({ sort }: ListSearch, q: string): ListSearch => ({
  ...(q && { q }),
  ...(sort && { sort }),
})
