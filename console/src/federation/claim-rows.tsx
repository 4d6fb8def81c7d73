import { useState } from 'react'
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
  /** The row that was asked for last: who has asked for it goes on in it. */
  const [added, setAdded] = useState<number>()
  const change = (changed: ClaimRow) =>
    onChange(rows.map((row) => (row.key === changed.key ? changed : row)))
  const add = () => {
    const key = nextKey(rows)
    setAdded(key)
    onChange([...rows, { key, name: '', comparison: 'text', value: '' }])
  }
  return (
    <fieldset className="rows">
      <legend className="label">Claims, which must all hold</legend>
      {rows.map((row, at) => (
        <fieldset className="claim" key={row.key} aria-label={`Claim ${at + 1}`}>
          <Field
            label="Name, or /path/to/it"
            value={row.name}
            onChange={(name) => change({ ...row, name })}
            focused={row.key === added}
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
        <Button onPress={add}>Add a claim</Button>
      </div>
    </fieldset>
  )
}
