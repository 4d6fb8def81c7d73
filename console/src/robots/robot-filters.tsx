import { Link, useNavigate } from '@tanstack/react-router'
import { SearchBox } from '../parts/search-box.tsx'
import {
  changed,
  type RobotState,
  type RobotsSearch,
  STATE_HINTS,
  STATES,
  without,
} from './robots-search.ts'

const FROM = '/$kind/$owner/robots'

/** What the list is asked for: words, one state, labels. Each is part of the address. */
export function RobotFilters({ search }: { search: RobotsSearch }) {
  const navigate = useNavigate({ from: FROM })
  const { label: labels = [] } = search
  const hint = search.state && STATE_HINTS[search.state]
  const rest = without(search, 'state', 'within', 'unused_since')
  return (
    <div className="filters">
      <SearchBox
        label="Search names and descriptions"
        value={search.q ?? ''}
        onChange={(q, replace) =>
          navigate({
            to: '.',
            search: q === '' ? without(search, 'q') : changed(search, { q }),
            replace,
          })
        }
      />
      <ul className="chips" aria-label="Filters">
        {(Object.keys(STATES) as RobotState[]).map((state) => {
          const isOn = search.state === state
          return (
            <li key={state}>
              <Link
                from={FROM}
                to="."
                search={isOn ? rest : { ...rest, state }}
                className="chip"
                aria-current={isOn}
                activeProps={{}}
              >
                {STATES[state]}
                {isOn && <span aria-hidden="true"> ✕</span>}
              </Link>
            </li>
          )
        })}
        {labels.map((label) => {
          const others = labels.filter((one) => one !== label)
          const without_ = without(search, 'label')
          return (
            <li key={label}>
              <Link
                from={FROM}
                to="."
                search={others.length > 0 ? { ...without_, label: others } : without_}
                className="chip"
                aria-current="true"
              >
                {label}
                <span aria-hidden="true"> ✕</span>
              </Link>
            </li>
          )
        })}
      </ul>
      {hint && <p className="hint">{hint}</p>}
    </div>
  )
}
