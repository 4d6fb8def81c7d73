import type { components } from '../generated/openapi.d.ts'
import { Notice } from '../parts/notice.tsx'
import { useFocusOn } from '../parts/use-focus-on.ts'
import type { Entry } from '../robot/robot-query.ts'
import { ChecksTable } from './checks-table.tsx'
import { reasonsOf } from './reasons-of.ts'

interface Props {
  report: components['schemas']['FederationTestReport']
  /** Whether the token, or who claims this, has expired. */
  isOver: boolean
  /** Of the robot, in the order in which they are tried. */
  entries: readonly Entry[]
  /** What the entry with the id is called: `entry 2`. */
  nameOf: (id: string) => string
}

/** What an exchange of the token would come to, why, and each comparison that was made. */
export function TokenReport({ report, isOver, entries, nameOf }: Props) {
  const heading = useFocusOn<HTMLHeadingElement>(report)
  const reasons = reasonsOf(report, nameOf)
  const judged = [...new Set(report.checks.map(({ entry }) => entry))]
  return (
    <>
      <Notice kind={report.admitted && !isOver ? 'done' : 'problem'}>
        <h3 ref={heading}>{verdictOf(report.admitted, isOver)}</h3>
        {reasons.length > 0 && (
          <ol aria-label="Reasons">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ol>
        )}
      </Notice>
      {judged.map((id) => {
        const entry = entries.find((one) => one.id === id)
        return (
          <section key={id} className="stack">
            {entries.length > 1 && (
              <h4>
                Checks of {nameOf(id)}: <code>{entry?.subject}</code>
              </h4>
            )}
            <ChecksTable
              label={`Checks of ${nameOf(id)}`}
              checks={report.checks.filter((check) => check.entry === id)}
              hasPattern={entry?.subject_match === 'glob'}
            />
          </section>
        )
      })}
    </>
  )
}

function verdictOf(isAdmitted: boolean, isOver: boolean): string {
  if (!isAdmitted) return 'It would be refused.'
  return isOver ? 'It would get in, had it not expired.' : 'It would get in.'
}
