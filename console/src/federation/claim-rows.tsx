import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { type ClaimRow, COMPARISONS } from './claim-row.ts'

interface Props {
  rows: ClaimRow[]
  onChange: (rows: ClaimRow[]) => void
  problem: string | undefined
}

const nextKey = (rows: readonly ClaimRow[]) => 1 + Math.max(-1, ...rows.map(({ key }) => key))

/** What claims must be. */
export function ClaimRows({ rows, onChange, problem }: Props) {
  const change = (changed: ClaimRow) =>
    onChange(rows.map((row) => (row.key === changed.key ? changed : row)))
  return (
    <fieldset className="rows">
      <legend className="label">Claims, which must all hold</legend>
      {rows.map((row, at) => (
        <fieldset className="claim" key={row.key} aria-label={`Claim ${at + 1}`}>
          <Field
            label="Name, or /path/to/it"
            value={row.name}
            onChange={(name) => change({ ...row, name })}
          />
          <Choice
            label="Comparison"
            value={row.comparison}
            onChange={(comparison) => change({ ...row, comparison })}
            options={COMPARISONS}
          />
          <Field
            label="Value"
            {...(row.comparison === 'list' && { lines: 3 })}
            value={row.value}
            onChange={(value) => change({ ...row, value })}
          />
          <Button onPress={() => onChange(rows.filter((one) => one !== row))}>
            Remove {row.name || 'it'}
          </Button>
        </fieldset>
      ))}
      {problem && <p className="problem">{problem}</p>}
      <div className="actions">
        <Button
          onPress={() =>
            onChange([...rows, { key: nextKey(rows), name: '', comparison: 'text', value: '' }])
          }
        >
          Add a claim
        </Button>
      </div>
    </fieldset>
  )
}
