import type { components } from '../generated/openapi.d.ts'
import { Table } from '../parts/table.tsx'
import { CheckRow } from './check-row.tsx'

interface Props {
  label: string
  /** Of one entry. */
  checks: readonly components['schemas']['FederationCheck'][]
  /** Whether its subject is a pattern. */
  hasPattern: boolean
}

/** Each comparison of an entry with a token. */
export const ChecksTable = ({ label, checks, hasPattern }: Props) => (
  <Table
    label={label}
    head={
      <>
        <th scope="col">Check</th>
        <th scope="col">The entry wants</th>
        <th scope="col">The token has</th>
      </>
    }
  >
    {checks.map((check) => (
      <CheckRow
        key={check.check}
        check={check}
        isOfPattern={hasPattern && check.check === 'subject'}
      />
    ))}
  </Table>
)
