import { Link } from '@tanstack/react-router'
import { shortNameOf } from '../api/owner.ts'
import type { HolderKind } from './matrix-search.ts'

interface Props {
  namespace: string
  kind: HolderKind
  name: string
}

/** Who has a role; robots and teams have a page. */
export function HolderName({ namespace, kind, name }: Props) {
  const params = { kind: 'orgs', owner: namespace }
  if (kind === 'user') return name
  if (kind === 'robot') {
    return (
      <Link
        to="/$kind/$owner/robots/$robot/access"
        params={{ ...params, robot: shortNameOf(name) }}
      >
        {name}
      </Link>
    )
  }
  return (
    <>
      <Link to="/$kind/$owner/teams/$team" params={{ ...params, team: name }}>
        {name}
      </Link>
      <span className="tag">team</span>
    </>
  )
}
