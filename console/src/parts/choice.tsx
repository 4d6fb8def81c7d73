import { useId } from 'react'

interface Props<Value extends string> {
  label: string
  value: Value
  onChange: (value: Value) => void
  /** Title of each value, in order. */
  options: Record<Value, string>
  hint?: string
}

/** One of a few. */
export function Choice<Value extends string>(props: Props<Value>) {
  const id = useId()
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {props.label}
      </label>
      <select
        id={id}
        className="input"
        value={props.value}
        onChange={({ target }) => props.onChange(target.value as Value)}
      >
        {(Object.entries(props.options) as [Value, string][]).map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
      {props.hint && <span className="hint">{props.hint}</span>}
    </div>
  )
}
