import { Link } from '@tanstack/react-router'
import { readAuditSearch } from '../audit/audit-search.ts'
import { RelativeTime } from '../parts/relative-time.tsx'
import { sentence } from '../parts/sentence.ts'
import type { RobotAddress } from '../robot/robot-query.ts'
import type { SilentIssuer as Silent } from './silent-issuers-query.ts'

interface Props {
  address: RobotAddress
  silent: Silent
}

/** That jobs were refused as their issuer gave no keys; the log does not say for which robot of the owner they asked. */
export const SilentIssuer = ({ address: { owner }, silent: { issuer, time, message } }: Props) => (
  <li className="card stack">
    <p>
      The issuer <code>{issuer}</code> gave no keys <RelativeTime time={time} />, and its jobs that
      asked for robots of {owner.name} were refused then. {sentence(message)}
    </p>
    <p>
      <Link
        to="/$kind/$owner/audit"
        params={{ kind: owner.kind, owner: owner.name }}
        search={readAuditSearch({ kind: 'issuer_failure' })}
      >
        Each time, in the log
      </Link>
    </p>
  </li>
)
