import { exactTime } from './exact-time.ts'
import { inWords } from './in-words.ts'

interface Props {
  /** RFC 3339 or 2822; null: never. */
  time: string | null | undefined
  never?: string
}

/** How long ago, or how soon; the exact time is at hand. */
export function RelativeTime({ time, never = 'never' }: Props) {
  if (!time) return <span className="quiet">{never}</span>
  const date = new Date(time)
  return (
    <time dateTime={date.toISOString()} title={exactTime(date)}>
      {inWords(date, new Date())}
    </time>
  )
}
