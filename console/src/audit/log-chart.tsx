import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { auditCountQuery } from './audit-query.ts'
import type { AuditSearch } from './audit-search.ts'
import { ChartTables } from './chart-tables.tsx'
import { DayBars } from './day-bars.tsx'
import { dayCounts, reasonCounts } from './day-counts.ts'
import type { LogSource } from './log-source.ts'

interface Props {
  source: LogSource
  search: AuditSearch
}

const COUNTED =
  'Of the registry each docker login counts as a log-in, but not each pull and push: when a robot was last used, its own page says.'

/** Exchanges, log-ins and refusals a day, as a picture and as tables. It is counted while the entries are there already. */
export function LogChart({ source, search }: Props) {
  const { data, error, refetch } = useQuery(auditCountQuery(source, search))
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="how many there were" />
  const days = dayCounts(data.aggregated)
  if (days.length === 0) return <p className="quiet">No log-ins in this time. {COUNTED}</p>
  return (
    <section className="card" aria-label="Log-ins a day">
      <DayBars days={days} />
      <ChartTables days={days} reasons={reasonCounts(data.aggregated)} />
      <p className="quiet">{COUNTED}</p>
    </section>
  )
}
