import type { ReactNode } from 'react'
import { edges, useScrolling } from './use-scrolling.ts'

interface Props {
  label: string
  /** Cells of the first row. */
  head: ReactNode
  /** All other rows. */
  children: ReactNode
}

/** A table; where it is wider than the window it scrolls by itself, by keyboard, too, and its edges show that there is more. */
export function Table({ label, head, children }: Props) {
  const [region, hidden] = useScrolling<HTMLElement>()
  const isWide = hidden.before || hidden.after
  return (
    <section
      ref={region}
      className={`scroll${edges(hidden)}`}
      aria-label={label}
      // Safari scrolls nothing by keyboard that cannot be focused.
      {...(isWide && { tabIndex: 0 })}
    >
      <table className="table">
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
