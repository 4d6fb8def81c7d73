import { Link } from '@tanstack/react-router'
import type { Owner } from '../api/owner.ts'

export const NewRobotLink = ({ owner }: { owner: Owner }) => (
  <Link
    className="button button-primary"
    to="/$kind/$owner/new-robot"
    params={{ kind: owner.kind, owner: owner.name }}
  >
    New robot
  </Link>
)
