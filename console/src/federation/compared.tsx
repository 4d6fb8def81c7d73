interface Props {
  /** Undefined: there is none. */
  value: unknown
  /** How many characters are alike with the other value. */
  differsAt: number | undefined
}

/** A value that was compared; its first character that differs is marked. */
export function Compared({ value, differsAt }: Props) {
  if (value === undefined) return <span className="quiet">nothing</span>
  if (typeof value !== 'string') return <code>{JSON.stringify(value)}</code>
  if (differsAt === undefined) return <code>{value}</code>
  return (
    <code>
      {value.slice(0, differsAt)}
      <mark>{value.slice(differsAt, differsAt + 1) || 'its end'}</mark>
      {value.slice(differsAt + 1)}
    </code>
  )
}
