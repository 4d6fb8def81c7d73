import { Link } from '@tanstack/react-router'
import type { RobotAddress } from './robot-query.ts'

const TABS = [
  ['/$kind/$owner/robots/$robot', 'Overview'],
  ['/$kind/$owner/robots/$robot/credentials', 'Credentials'],
  ['/$kind/$owner/robots/$robot/federation', 'Federation'],
  ['/$kind/$owner/robots/$robot/access', 'Access'],
  ['/$kind/$owner/robots/$robot/activity', 'Activity'],
] as const

export const RobotTabs = ({ address: { owner, robot } }: { address: RobotAddress }) => (
  <nav className="tabs" aria-label="Of this robot">
    {TABS.map(([to, title]) => (
      <Link
        key={to}
        to={to}
        params={{ kind: owner.kind, owner: owner.name, robot }}
        activeOptions={{ exact: title === 'Overview' }}
      >
        {title}
      </Link>
    ))}
  </nav>
)
