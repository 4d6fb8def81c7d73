interface Props<Value extends string> {
  label: string
  /** All that can be chosen, and what each means. */
  options: Record<Value, string>
  chosen: readonly Value[]
  onChange: (chosen: Value[]) => void
  problem?: string | undefined
}

/** Some of a few. */
export const Checks = <Value extends string>(props: Props<Value>) => (
  <fieldset className="field checks">
    <legend className="label">{props.label}</legend>
    {(Object.entries(props.options) as [Value, string][]).map(([value, title]) => (
      <label key={value}>
        <input
          type="checkbox"
          checked={props.chosen.includes(value)}
          onChange={({ target }) => {
            const others = props.chosen.filter((other) => other !== value)
            props.onChange(target.checked ? [...others, value] : others)
          }}
        />{' '}
        <code>{value}</code> {title}
      </label>
    ))}
    {props.problem && <span className="problem">{props.problem}</span>}
  </fieldset>
)
