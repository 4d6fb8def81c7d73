import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AuditSearch } from './audit-search.ts'
import { countLog, type LogSource, readLog } from './log-source.ts'

export const auditQuery = (source: LogSource, search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['log', source, search],
    queryFn: ({ pageParam }) => readLog(source, search, pageParam),
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
    placeholderData: keepPreviousData,
  })

export const auditCountQuery = (source: LogSource, search: AuditSearch) =>
  queryOptions({
    queryKey: ['log', source, search, 'counts'],
    queryFn: () => countLog(source, search),
    placeholderData: keepPreviousData,
  })
