/** In which order lists of what has a name come: by it, from the first or from the last. */
export const NAME_SORTS = ['name', '-name'] as const
export type NameSort = (typeof NAME_SORTS)[number]

/** What lists of names are asked for. */
export interface NameSearch {
  /** What the names have in them; empty: anything. */
  text: string
  sort: NameSort
}

/** Before the first row of a list: no name is empty, and each comes before a tilde (`COLLATE "C"`). */
export const beforeAll = (sort: NameSort) => (sort === 'name' ? '' : '~')

/** How SQL says it: which rows come after another, and which way an index is read. */
export const SQL_SORTS = {
  name: { after: '>', upTo: '<=', direction: 'ASC' },
  '-name': { after: '<', upTo: '>=', direction: 'DESC' },
} as const satisfies Record<NameSort, object>
