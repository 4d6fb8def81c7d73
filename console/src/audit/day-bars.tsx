import type { DayCounts } from './day-counts.ts'

const HEIGHT = 60
const SERIES = ['exchanges', 'logins', 'refusals'] as const
const TITLES = { exchanges: 'Exchanges', logins: 'Log-ins', refusals: 'Refusals' }

const sumOf = (day: DayCounts) => SERIES.reduce((sum, name) => sum + day[name], 0)

/** The parts of a bar, one above the other, from the bottom. */
function partsOf(day: DayCounts, scale: number) {
  let top = HEIGHT
  return SERIES.map((name) => {
    const height = day[name] * scale
    top -= height
    return { name, top, height }
  })
}

/** A bar a day. What it shows is in the tables beside it, which are for readers of words. */
export function DayBars({ days }: { days: DayCounts[] }) {
  const scale = HEIGHT / Math.max(1, ...days.map(sumOf))
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${days.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {days.map((day, at) =>
          partsOf(day, scale).map(({ name, top, height }) => (
            <rect
              key={`${day.day} ${name}`}
              className={`chart-${name}`}
              x={at + 0.1}
              width={0.8}
              y={top}
              height={height}
            />
          )),
        )}
      </svg>
      <figcaption>
        <span className="quiet">
          {days[0]?.day} to {days.at(-1)?.day}
        </span>
        {SERIES.map((name) => (
          <span key={name}>
            <span className={`chart-key chart-${name}`} aria-hidden="true" /> {TITLES[name]}{' '}
            {days.reduce((sum, day) => sum + day[name], 0).toLocaleString('en')}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}
