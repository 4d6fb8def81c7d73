import { wordAt } from './word-at.ts'

interface Props {
  /** Undefined: there is none. */
  value: unknown
  /** How many characters are alike with the other value. */
  differsAt: number | undefined
}

/** A value that was compared; the word of it that differs first is marked. */
export function Compared({ value, differsAt }: Props) {
  if (value === undefined) return <span className="quiet">nothing</span>
  // A list of one text is compared as that text.
  const text: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value
  if (typeof text !== 'string') return <code>{JSON.stringify(value)}</code>
  if (differsAt === undefined) return <code>{text}</code>
  const [before, word, after] = wordAt(text, differsAt)
  return (
    <code>
      {before}
      <mark>{word || 'nothing more'}</mark>
      {after}
    </code>
  )
}
