import { Link, useNavigate } from '@tanstack/react-router'
import { Choice } from '../parts/choice.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { asked, type HolderKind, KINDS, type MatrixSearch } from './matrix-search.ts'
import type { Role } from './roles.ts'

const FROM = '/$kind/$owner/access'

const ANY_ROLE: Record<Role | '', string> = {
  '': 'all, with or without a role',
  read: 'who can pull',
  write: 'who can push',
  admin: 'who can administer',
}

const ANY_KIND: Record<HolderKind | '', string> = { '': 'everybody', ...KINDS }

/** What is asked of the matrix; each is part of the address. */
export function MatrixFilters({ search }: { search: MatrixSearch }) {
  const navigate = useNavigate({ from: FROM })
  const ask = (change: Parameters<typeof asked>[1], replace = false) =>
    navigate({ to: '.', search: asked(search, change), replace })
  return (
    <search className="filters filters-row" aria-label="Filters">
      <SearchBox
        label="Search repositories"
        value={search.repository ?? search.repository_q ?? ''}
        onChange={(text, replace) => ask({ repository: '', repository_q: text }, replace)}
      />
      <Choice
        label="Show"
        value={search.role ?? ''}
        onChange={(role) => ask({ role })}
        options={ANY_ROLE}
      />
      <SearchBox
        label="Search who has roles"
        value={search.q ?? ''}
        onChange={(q, replace) => ask({ q }, replace)}
      />
      <Choice
        label="Kind"
        value={search.kind ?? ''}
        onChange={(kind) => ask({ kind })}
        options={ANY_KIND}
      />
      {search.repository && (
        <Link from={FROM} to="." search={asked(search, { repository: '' })} className="chip">
          Only {search.repository}
          <span aria-hidden="true"> ✕</span>
        </Link>
      )}
    </search>
  )
}
