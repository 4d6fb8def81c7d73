import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Owner } from '../api/owner.ts'
import { readAuditSearch } from '../audit/audit-search.ts'
import { readRobotsSearch } from '../robots/robots-search.ts'
import { parseSearch } from '../shell/search.ts'

interface Props {
  owner: Owner
  /** Path with parameters of the API's list. */
  query: string
  children: ReactNode
}

/** Leads to what was counted: robots, or entries of the log. */
export function MatterLink({ owner, query, children }: Props) {
  const [path = '', parameters = ''] = query.split('?')
  const params = { kind: owner.kind, owner: owner.name }
  const search = parseSearch(parameters)
  if (path.endsWith('/logs')) {
    return (
      <Link to="/$kind/$owner/audit" params={params} search={readAuditSearch(search)}>
        {children}
      </Link>
    )
  }
  return (
    <Link to="/$kind/$owner/robots" params={params} search={readRobotsSearch(search)}>
      {children}
    </Link>
  )
}
