import { Link } from '@tanstack/react-router'
import { type Owner, shortNameOf } from '../api/owner.ts'
import { factsOf, type LogEntry } from './log-entry.ts'

interface Props {
  entry: LogEntry
  /** Whose log it is; undefined: that of the installation, whose entries say it. */
  owner: Owner | undefined
}

/** What entries call whom they give a role or a team, or take it from. */
const GIVEN: Readonly<Record<string, string>> = {
  change_repo_permission: 'username',
  delete_repo_permission: 'username',
  org_add_team_member: 'member',
  org_remove_team_member: 'member',
  create_prototype_permission: 'delegate_user',
  modify_prototype_permission: 'delegate_user',
  delete_prototype_permission: 'delegate_user',
}

const ROBOT = '/$kind/$owner/robots/$robot'

/** Leads to the robot that an entry is of, of a refused job to why it was; nothing where it is of none of the owner. */
export function RobotLink({ entry, owner }: Props) {
  const { robot: acting, owner: name, of } = factsOf(entry, owner?.name)
  const robot = acting || of(GIVEN[entry.kind] ?? '')
  const kind = owner?.kind ?? (entry.namespace?.kind === 'user' ? 'users' : 'orgs')
  const isJob = entry.kind === 'login_failure' && of('subject') !== ''
  if (name === '' || !robot.startsWith(`${name}+`)) return null
  return (
    <>
      {' · '}
      <Link
        to={isJob ? `${ROBOT}/federation` : ROBOT}
        params={{ kind, owner: name, robot: shortNameOf(robot) }}
      >
        {robot}
      </Link>
    </>
  )
}
