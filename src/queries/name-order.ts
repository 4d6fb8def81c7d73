import type { NameSort } from '../domain/name-sort.ts'

/** Before the first row of a list: no name is empty, and each comes before a tilde (`COLLATE "C"`). */
export const beforeAll = (sort: NameSort) => (sort === 'name' ? '' : '~')

/** How SQL says it: which rows come after another, and which way an index is read. */
export const SQL_SORTS = {
  name: { after: '>', upTo: '<=', direction: 'ASC' },
  '-name': { after: '<', upTo: '>=', direction: 'DESC' },
} as const satisfies Record<NameSort, object>
