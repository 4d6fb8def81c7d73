import { useState } from 'react'
import { Button } from './button.tsx'

interface Props {
  text: string
  what: string
}

/** Copies; absent where browsers do not let pages copy, which is plain http elsewhere than on this machine. */
export function CopyButton({ text, what }: Props) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>()
  if (!navigator.clipboard) return null
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    )
  }
  return (
    <>
      <Button onPress={copy}>{outcome === 'copied' ? `Copied ${what}` : `Copy ${what}`}</Button>
      {outcome === 'refused' && (
        <p role="alert">The browser did not let it be copied: select it, and copy it by hand.</p>
      )}
    </>
  )
}
