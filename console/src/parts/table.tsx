import type { ReactNode } from 'react'

interface Props {
  label: string
  /** Cells of the first row. */
  head: ReactNode
  /** All other rows. */
  children: ReactNode
}

/** A table; where it is wider than the window it scrolls by itself, by keyboard, too. */
export const Table = ({ label, head, children }: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: Safari scrolls nothing by keyboard that cannot be focused
  <section className="scroll" aria-label={label} tabIndex={0}>
    <table className="table">
      <thead>
        <tr>{head}</tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </section>
)
