import { Link } from '@tanstack/react-router'
import { changed, type RobotsSearch } from './robots-search.ts'

interface Props {
  labels: Record<string, string>
  search: RobotsSearch
}

/** The labels of a robot; each leads to the robots that have it, too. */
export function LabelChips({ labels, search }: Props) {
  const names = Object.entries(labels).map(([key, value]) => `${key}:${value}`)
  if (names.length === 0) return null
  return (
    <ul className="chips" aria-label="Labels">
      {names.map((label) => (
        <li key={label}>
          <Link
            from="/$kind/$owner/robots"
            to="."
            search={changed(search, { label: [...new Set([...(search.label ?? []), label])] })}
            className="chip"
            activeProps={{}}
          >
            {label}
          </Link>
        </li>
      ))}
    </ul>
  )
}
