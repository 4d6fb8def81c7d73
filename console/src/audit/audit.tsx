import { useInfiniteQuery } from '@tanstack/react-query'
import { asCurl } from '../parts/as-curl.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { SameInAShell } from '../parts/same-in-a-shell.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { auditQuery } from './audit-query.ts'
import type { AuditSearch } from './audit-search.ts'
import { DownloadButtons } from './download-buttons.tsx'
import { LeftOut } from './left-out.tsx'
import { LogChart } from './log-chart.tsx'
import { LogDays } from './log-days.tsx'
import { hasNames, type LogSource, logPath } from './log-source.ts'

interface Props {
  title: string
  source: LogSource
  search: AuditSearch
}

/** A log: what happened, in sentences, and how often. */
export function Audit({ title, source, search }: Props) {
  const log = useInfiniteQuery(auditQuery(source, search))
  const { data, error, refetch } = log
  const entries = data?.pages.flatMap(({ logs }) => logs) ?? []
  const owner = source === 'installation' ? undefined : source
  const path = logPath(source, search)
  return (
    <Page title={title}>
      <div className="stack">
        <AuditFilters source={source} search={search} />
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="the log" />}
        {data && !error && (
          <>
            <LogChart source={source} search={search} />
            <DownloadButtons path={path} fileName={`log-${owner?.name ?? 'all'}`} />
            <SameInAShell curl={asCurl({ method: 'GET', path })} />
            {owner && search.robot && hasNames(search) && (
              <LeftOut owner={owner} robot={search.robot} within={search} />
            )}
            {entries.length === 0 && <p>Nothing of that is in the log in this time.</p>}
            <LogDays entries={entries} owner={owner} leadsToRobots />
            <More list={log} title="Older" />
          </>
        )}
      </div>
    </Page>
  )
}
