import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { RobotAddress } from '../robot/robot-query.ts'
import type { WizardSearch } from './wizard-search.ts'

interface Props {
  address: RobotAddress
  /** What the wizard begins with. */
  search?: WizardSearch
  look?: 'primary' | 'plain'
  children: ReactNode
}

/** To the page that lets jobs in. */
export const NewEntryLink = ({ address, search = {}, look = 'plain', children }: Props) => (
  <Link
    className={`button button-${look}`}
    to="/$kind/$owner/robots/$robot/federation/new"
    params={{ kind: address.owner.kind, owner: address.owner.name, robot: address.robot }}
    search={search}
  >
    {children}
  </Link>
)
