import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Owner } from '../api/owner.ts'
import { readRobotsSearch } from '../robots/robots-search.ts'
import { parseSearch } from '../shell/search.ts'

interface Props {
  owner: Owner
  /** Path with parameters of the API's list. */
  query: string
  children: ReactNode
}

/** Leads to the robots that were counted; what is counted in the log has no page of its own yet. */
export function MatterLink({ owner, query, children }: Props) {
  const [path = '', parameters = ''] = query.split('?')
  if (!path.endsWith('/robots')) return children
  return (
    <Link
      to="/$kind/$owner/robots"
      params={{ kind: owner.kind, owner: owner.name }}
      search={readRobotsSearch(parseSearch(parameters))}
    >
      {children}
    </Link>
  )
}
