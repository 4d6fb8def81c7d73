import type { components } from '../generated/openapi.d.ts'
import { Table } from '../parts/table.tsx'

type Count = components['schemas']['RobotUseCount'] | components['schemas']['SecretAgeCount']

const AGES: Record<Count['age'], string> = {
  '7d': 'in the last 7 days',
  '30d': '8 to 30 days ago',
  '90d': '31 to 90 days ago',
  '365d': '91 to 365 days ago',
  older: 'longer ago',
  never: 'never',
}

interface Props {
  title: string
  /** What was so long ago. */
  when: string
  /** What is counted. */
  of: string
  counts: readonly Count[]
}

/** Counts by age, each with a bar: a picture that can be read as a table. */
export function AgeTable({ title, when, of, counts }: Props) {
  const most = Math.max(1, ...counts.map(({ count }) => count))
  return (
    <div>
      <h2>{title}</h2>
      <Table
        label={title}
        head={
          <>
            <th scope="col">{when}</th>
            <th scope="col">{of}</th>
          </>
        }
      >
        {counts.map(({ age, count, more }) => (
          <tr key={age}>
            <th scope="row" className="age">
              {AGES[age]}
            </th>
            <td>
              {more && 'at least '}
              {count.toLocaleString('en')}
              <svg
                className="age-bar"
                viewBox="0 0 100 1"
                preserveAspectRatio="none"
                aria-hidden="true"
              >
                <rect width={(count / most) * 100} height={1} />
              </svg>
            </td>
          </tr>
        ))}
      </Table>
    </div>
  )
}
