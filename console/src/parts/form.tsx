import { type FormEvent, type ReactNode, useEffect, useRef } from 'react'
import { focusOn } from './focus-on.ts'

interface Props {
  className: string
  onSubmit: () => void
  children: ReactNode
}

/** A field in error, or words against one or all of them. */
const PROBLEM = '[aria-invalid=true], [role=alert], .problem'

/** A form; once it is refused the keyboard goes on at the first field in error, or at what is said of the whole. */
export function Form({ className, onSubmit, children }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const isAwaited = useRef(false)
  // What is said against it comes with any render after it was sent.
  useEffect(() => {
    const problem = isAwaited.current && form.current?.querySelector<HTMLElement>(PROBLEM)
    if (!problem) return
    isAwaited.current = false
    focusOn(problem)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    isAwaited.current = true
    onSubmit()
  }
  return (
    <form
      ref={form}
      className={className}
      onSubmit={submit}
      // What is said of what is typed afterwards is no answer.
      onInput={() => {
        isAwaited.current = false
      }}
    >
      {children}
    </form>
  )
}
