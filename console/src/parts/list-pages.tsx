import { Link } from '@tanstack/react-router'

interface Props {
  /** Where this page begins; undefined: the first one. */
  page: string | undefined
  /** Where the next one begins; null or undefined: there is none. */
  next: string | null | undefined
}

/** Leads through a list whose page is named by `next_page` in the address. */
export const ListPages = ({ page, next }: Props) => (
  <nav className="actions" aria-label="Pages of the list">
    {page && (
      <Link to="." search={withoutPage}>
        First page
      </Link>
    )}
    {next && (
      <Link to="." search={(asked: object) => ({ ...asked, next_page: next })}>
        Next page
      </Link>
    )}
  </nav>
)

const withoutPage = ({ next_page: _, ...asked }: { next_page?: string }) => asked
