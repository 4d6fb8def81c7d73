import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Owner, shortNameOf } from '../api/owner.ts'
import { type AuditSearch, readAuditSearch } from './audit-search.ts'

interface Props {
  owner: Owner
  /** Short or full name. */
  robot: string
  /** What else the log is asked for. */
  within?: AuditSearch
}

/** What is not among the entries of a robot, and where that is. */
export function LeftOut({ owner, robot, within = {} }: Props) {
  const params = { kind: owner.kind, owner: owner.name }
  const logOf = (kind: string, children: ReactNode) => (
    <Link
      to="/$kind/$owner/audit"
      params={params}
      search={readAuditSearch({ ...within, robot: undefined, kind })}
    >
      {children}
    </Link>
  )
  return (
    <p className="quiet">
      Not among these:{' '}
      {owner.kind === 'orgs' && (
        <>
          roles in repositories that its teams {logOf('change_repo_permission', 'got')} or{' '}
          {logOf('delete_repo_permission', 'lost')}, which the log of {owner.name} has; and{' '}
        </>
      )}
      single pulls and pushes, which no log has:{' '}
      <Link to="/$kind/$owner/robots/$robot" params={{ ...params, robot: shortNameOf(robot) }}>
        “Last used”
      </Link>{' '}
      says the last.
    </p>
  )
}
