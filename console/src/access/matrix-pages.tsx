import { Link } from '@tanstack/react-router'
import type { Matrix } from './matrix-query.ts'
import { asked, type MatrixSearch } from './matrix-search.ts'

interface Props {
  search: MatrixSearch
  matrix: Matrix
}

const FROM = '/$kind/$owner/access'

/** Where the two lists go on. */
export function MatrixPages({ search, matrix: { next_page, next_repositories } }: Props) {
  const isFirst = !search.next_page && !search.next_repositories
  return (
    <nav className="actions" aria-label="Pages of the list">
      {!isFirst && (
        <Link from={FROM} to="." search={asked(search, {})}>
          First page
        </Link>
      )}
      {next_page && (
        <Link from={FROM} to="." search={{ ...search, next_page }}>
          Next page
        </Link>
      )}
      {next_repositories && (
        <Link from={FROM} to="." search={{ ...search, next_repositories }}>
          Next repositories
        </Link>
      )}
    </nav>
  )
}
