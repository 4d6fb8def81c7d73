import { Link } from '@tanstack/react-router'
import { type Owner, shortNameOf } from '../api/owner.ts'
import { factsOf, type LogEntry } from './log-entry.ts'

interface Props {
  entry: LogEntry
  /** Whose log it is; undefined: that of the installation, whose entries say it. */
  owner: Owner | undefined
}

/** Leads to the robot that an entry is of; nothing where it is of none. */
export function RobotLink({ entry, owner }: Props) {
  const { robot, owner: name, of } = factsOf(entry, owner?.name)
  const kind = owner?.kind ?? (entry.namespace?.kind === 'user' ? 'users' : 'orgs')
  if (of('robot') === '' || name === '') return null
  return (
    <>
      {' · '}
      <Link
        to="/$kind/$owner/robots/$robot"
        params={{ kind, owner: name, robot: shortNameOf(robot) }}
      >
        {robot}
      </Link>
    </>
  )
}
