import { Table } from '../parts/table.tsx'
import type { DayCounts } from './day-counts.ts'
import { reasonInWords } from './reason-words.ts'

interface Props {
  days: DayCounts[]
  reasons: [reason: string, count: number][]
}

/** What the picture shows, in numbers. */
export const ChartTables = ({ days, reasons }: Props) => (
  <>
    {reasons.length > 0 && (
      <ul className="chips" aria-label="Refusals by reason">
        {reasons.map(([reason, count]) => (
          <li key={reason} className="chip">
            {reasonInWords(reason)} {count.toLocaleString('en')}
          </li>
        ))}
      </ul>
    )}
    <details>
      <summary>As a table</summary>
      <Table
        label="Numbers of log-ins a day"
        head={
          <>
            <th scope="col">Day</th>
            <th scope="col">Exchanges</th>
            <th scope="col">Log-ins</th>
            <th scope="col">Refusals</th>
          </>
        }
      >
        {days.toReversed().map(({ day, exchanges, logins, refusals }) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            <td>{exchanges}</td>
            <td>{logins}</td>
            <td>{refusals}</td>
          </tr>
        ))}
      </Table>
    </details>
  </>
)
