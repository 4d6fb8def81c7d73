import { useEffect } from 'react'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { useFocusOn } from './use-focus-on.ts'

/** How long a secret is in the page, in milliseconds. */
const SHOWN = 60_000

interface Props {
  /** What it is: `New secret`. */
  title: string
  secret: string
  /** Takes it out of the page; after a minute, too. */
  onHide: () => void
}

/** A secret that was asked for, for a minute. */
export function SecretBox({ title, secret, onHide }: Props) {
  const heading = useFocusOn<HTMLElement>(secret)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another secret has a minute of its own
  useEffect(() => {
    const timer = setTimeout(onHide, SHOWN)
    return () => clearTimeout(timer)
  }, [onHide, secret])
  return (
    <section className="notice notice-done secret" aria-label={title}>
      <strong ref={heading}>{title}</strong>
      <pre>{secret}</pre>
      <div className="actions">
        <CopyButton text={secret} what="it" />
        <Button onPress={onHide}>Hide</Button>
        <span className="quiet">It is hidden after a minute. That it was shown is in the log.</span>
      </div>
    </section>
  )
}
