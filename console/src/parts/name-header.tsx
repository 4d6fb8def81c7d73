import { Link } from '@tanstack/react-router'
import type { ListSearch } from '../shell/list-search.ts'

interface Props {
  /** Of the column. */
  title: string
  search: ListSearch
}

/** Head of the column with names, from the first or from the last of which a list comes; the other way at a press. */
export function NameHeader({ title, search: { q, sort } }: Props) {
  const isFromLast = sort === '-name'
  const turned: ListSearch = { ...(q && { q }), ...(!isFromLast && { sort: '-name' }) }
  return (
    <th scope="col" aria-sort={isFromLast ? 'descending' : 'ascending'}>
      <Link to="." search={turned} activeProps={{}}>
        {title}
      </Link>
      <span aria-hidden="true"> {isFromLast ? '↓' : '↑'}</span>
    </th>
  )
}
