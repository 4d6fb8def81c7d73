import { useId } from 'react'

interface Props<Value extends string> {
  label: string
  value: Value
  onChange: (value: Value) => void
  /** Title of each value, in order. */
  options: Record<Value, string>
  /** The same of more values, by the title of their group; below the others. */
  groups?: Record<string, Record<Value, string>>
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
        <Options options={props.options} />
        {Object.entries(props.groups ?? {}).map(([title, options]) => (
          <optgroup key={title} label={title}>
            <Options options={options} />
          </optgroup>
        ))}
      </select>
      {props.hint && <span className="hint">{props.hint}</span>}
    </div>
  )
}

const Options = ({ options }: { options: Record<string, string> }) =>
  Object.entries(options).map(([value, title]) => (
    <option key={value} value={value}>
      {title}
    </option>
  ))
