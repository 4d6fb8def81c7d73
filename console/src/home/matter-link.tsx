import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Owner } from '../api/owner.ts'
import { readAuditSearch } from '../audit/audit-search.ts'
import { readRobotsSearch } from '../robots/robots-search.ts'
import { parseSearch } from '../shell/search.ts'

interface Props {
  /** Undefined: the whole installation. */
  owner: Owner | undefined
  /** Path with parameters of the API's list. */
  query: string
  children: ReactNode
}

/** Leads to what was counted: robots, or entries of the log. */
export function MatterLink({ owner, query, children }: Props) {
  const [path = '', parameters = ''] = query.split('?')
  const search = parseSearch(parameters)
  const params = owner && { kind: owner.kind, owner: owner.name }
  if (path.endsWith('/logs')) {
    const entries = readAuditSearch(search)
    return params ? (
      <Link to="/$kind/$owner/audit" params={params} search={entries}>
        {children}
      </Link>
    ) : (
      <Link to="/audit" search={entries}>
        {children}
      </Link>
    )
  }
  const robots = readRobotsSearch(search)
  return params ? (
    <Link to="/$kind/$owner/robots" params={params} search={robots}>
      {children}
    </Link>
  ) : (
    <Link to="/robots" search={robots}>
      {children}
    </Link>
  )
}
