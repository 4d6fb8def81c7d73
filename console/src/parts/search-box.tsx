import { useEffect, useState } from 'react'
import { Input, Label, SearchField } from 'react-aria-components'

/** How long nothing is typed before it is searched for, in milliseconds. */
const REST = 300

interface Props {
  label: string
  /** What is searched for now. */
  value: string
  /** @param replace whether there was a search already, whose place in the history this one takes */
  onChange: (text: string, replace: boolean) => void
}

/** Searches while it is typed. */
export function SearchBox({ label, value, onChange }: Props) {
  const [text, setText] = useState(value)
  // Back and forward change what was asked.
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text, value !== ''), REST)
    return () => clearTimeout(timer)
  }, [text, value, onChange])
  return (
    <SearchField className="field search" value={text} onChange={setText}>
      <Label className="label">{label}</Label>
      <Input className="input" spellCheck={false} autoCapitalize="none" />
    </SearchField>
  )
}
