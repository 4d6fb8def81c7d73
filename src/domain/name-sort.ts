/** In which order lists of what has a name come: by it, from the first or from the last. */
export const NAME_SORTS = ['name', '-name'] as const
export type NameSort = (typeof NAME_SORTS)[number]

/** What lists of names are asked for. */
export interface NameSearch {
  /** What the names have in them; empty: anything. */
  text: string
  sort: NameSort
}
