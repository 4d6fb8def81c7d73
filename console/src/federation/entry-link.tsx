import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { RobotAddress } from '../robot/robot-query.ts'
import type { EntrySearch } from './entry-search.ts'

interface Props {
  address: RobotAddress
  id: string
  /** What it begins with in place of what is stored. */
  search?: EntrySearch
  /** What it is called, where what it says is not enough. */
  name?: string
  children: ReactNode
}

/** To the page that changes an entry. */
export const EntryLink = ({ address, id, search = {}, name, children }: Props) => (
  <Link
    className="button"
    to="/$kind/$owner/robots/$robot/federation/$entry"
    params={{
      kind: address.owner.kind,
      owner: address.owner.name,
      robot: address.robot,
      entry: id,
    }}
    search={search}
    {...(name && { 'aria-label': name })}
  >
    {children}
  </Link>
)
