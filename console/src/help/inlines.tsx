import { Link } from '@tanstack/react-router'
import { helpPageOf } from './help-pages.ts'
import { inlinesOf } from './markdown.ts'

/** A text with its code and links. What the console has no page for is said without a link. */
export const Inlines = ({ text }: { text: string }) =>
  inlinesOf(text).map((part, at) => {
    const key = `${at} ${part.text}`
    if (part.kind === 'code') return <code key={key}>{part.text}</code>
    if (part.kind === 'strong') return <em key={key}>{part.text}</em>
    if (part.kind === 'text') return part.text
    if (part.to.startsWith('https://')) {
      return (
        <a key={key} href={part.to} rel="noreferrer">
          {part.text}
        </a>
      )
    }
    const page = helpPageOf(part.to)
    if (page === undefined) return part.text
    return (
      <Link key={key} to="/help/$page" params={{ page }}>
        {part.text}
      </Link>
    )
  })
