import { wordAt } from './word-at.ts'

interface Props {
  /** Undefined: there is none. */
  value: unknown
  /** How many characters are alike with the other value. */
  differsAt: number | undefined
}

/** A value that was compared; the word of it that differs first is marked, and in it the first character that does. */
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
      <mark>
        {word === '' ? 'nothing more' : <Word word={word} at={differsAt - [...before].length} />}
      </mark>
      {after}
    </code>
  )
}

/** @param at which of its characters differs first; the one behind its end: the other value goes on there */
function Word({ word, at }: { word: string; at: number }) {
  const characters = [...word]
  return (
    <>
      {characters.slice(0, at).join('')}
      <b className="differs">{characters[at]}</b>
      {characters.slice(at + 1).join('')}
    </>
  )
}
