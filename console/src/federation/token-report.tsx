import type { components } from '../generated/openapi.d.ts'
import { Notice } from '../parts/notice.tsx'
import { Table } from '../parts/table.tsx'
import { useFocusOn } from '../parts/use-focus-on.ts'
import { CheckRow } from './check-row.tsx'

interface Props {
  report: components['schemas']['FederationTestReport']
}

/** What an exchange of the token would come to, and each comparison that was made. */
export function TokenReport({ report }: Props) {
  const heading = useFocusOn<HTMLHeadingElement>(report)
  return (
    <>
      <Notice kind={report.admitted ? 'done' : 'problem'}>
        <h3 ref={heading}>{report.admitted ? 'It would get in.' : 'It would be refused.'}</h3>
        {report.message && <p>{report.message}</p>}
        {report.issuer.message && <p>The issuer: {report.issuer.message}</p>}
      </Notice>
      {report.checks.length > 0 && (
        <Table
          label="Checks"
          head={
            <>
              <th scope="col">Check</th>
              <th scope="col">The entry wants</th>
              <th scope="col">The token has</th>
            </>
          }
        >
          {report.checks.map((check) => (
            <CheckRow key={`${check.entry} ${check.check}`} check={check} />
          ))}
        </Table>
      )}
    </>
  )
}
