import { useState } from 'react'
import { Button } from './button.tsx'

interface Props {
  text: string
  what: string
}

/** Copies; absent where browsers do not let pages copy, which is plain http elsewhere than on this machine. */
export function CopyButton({ text, what }: Props) {
  const [copied, setCopied] = useState(false)
  if (!navigator.clipboard) return null
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return <Button onPress={copy}>{copied ? `Copied ${what}` : `Copy ${what}`}</Button>
}
