import { Link } from '@tanstack/react-router'
import { changed, type RobotSort, type RobotsSearch, SORTS } from './robots-search.ts'

interface Props {
  by: RobotSort
  search: RobotsSearch
}

/** Head of a column that the list can be sorted by; each has one direction (docs/robots.md). */
export function SortHeader({ by, search }: Props) {
  const isSorted = (search.sort ?? 'name') === by
  return (
    <th scope="col" aria-sort={isSorted ? 'ascending' : 'none'}>
      <Link
        from="/$kind/$owner/robots"
        to="."
        search={changed(search, { sort: by })}
        activeProps={{}}
      >
        {SORTS[by]}
      </Link>
      {isSorted && <span aria-hidden="true"> ↑</span>}
    </th>
  )
}
