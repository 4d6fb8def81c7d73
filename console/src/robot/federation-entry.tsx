import { Notice } from '../parts/notice.tsx'
import type { Entry } from './robot-query.ts'

/** One who may act as the robot, and what is compared. */
export const FederationEntry = ({ entry }: { entry: Entry }) => (
  <li className="card">
    <dl className="facts">
      <dt>Issuer</dt>
      <dd>{entry.issuer}</dd>
      <dt>Subject{entry.subject_match === 'glob' && ' (pattern)'}</dt>
      <dd>
        <code>{entry.subject}</code>
      </dd>
      <dt>Audience</dt>
      <dd>{entry.audiences?.join(' or ') ?? 'any'}</dd>
      {Object.entries(entry.claims ?? {}).map(([name, condition]) => (
        <Claim key={name} name={name} condition={condition} />
      ))}
    </dl>
    {(entry.warnings ?? []).map(({ code, message }) => (
      <Notice key={code} kind="note">
        {message}
      </Notice>
    ))}
  </li>
)

const Claim = ({ name, condition }: { name: string; condition: unknown }) => (
  <>
    <dt>{name}</dt>
    <dd>
      <code>{JSON.stringify(condition)}</code>
    </dd>
  </>
)
