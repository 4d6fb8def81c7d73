import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { type Owner, ownerApi, pathOf } from '../api/owner.ts'
import { type AuditSearch, withPeriod } from './audit-search.ts'

/** Whose log: an organization's, a user's own, or that of the whole installation. */
export type LogSource = Owner | 'installation'

/** What each log can be asked for, with what changed and why: that of a repository knows no names. */
function queryOf(search: AuditSearch) {
  const { repository, performer, robot, ...rest } = withPeriod(search, new Date())
  const names = { ...(performer && { performer }), ...(robot && { robot }) }
  return { ...rest, ...(hasNames(search) && names), details: true }
}

/** Whether the log can be searched for who did something, and for a robot. */
export const hasNames = ({ repository }: AuditSearch): boolean => repository === undefined

/** The entries, 20 at a time, the newest first. */
export function readLog(source: LogSource, search: AuditSearch, nextPage: string) {
  const query = { ...queryOf(search), ...(nextPage && { next_page: nextPage }) }
  const { repository } = search
  if (repository !== undefined) {
    const params = { path: { repository }, query }
    return answerOf(api.GET('/api/v1/repository/{repository}/logs', { params }))
  }
  return source === 'installation'
    ? answerOf(api.GET('/api/v1/superuser/logs', { params: { query } }))
    : answerOf(ownerApi(source).GET('/logs', { params: { query } }))
}

/** How many entries of each kind there were each day, and why log-ins were refused. */
export function countLog(source: LogSource, search: AuditSearch) {
  const query = queryOf(search)
  const { repository } = search
  if (repository !== undefined) {
    const params = { path: { repository }, query }
    return answerOf(api.GET('/api/v1/repository/{repository}/aggregatelogs', { params }))
  }
  return source === 'installation'
    ? answerOf(api.GET('/api/v1/superuser/aggregatelogs', { params: { query } }))
    : answerOf(ownerApi(source).GET('/aggregatelogs', { params: { query } }))
}

/** Where all of it can be got at once, as CSV or NDJSON. */
export function logPath(source: LogSource, search: AuditSearch): string {
  const { repository } = search
  const ofOwner = source === 'installation' ? '/api/v1/superuser' : pathOf(source)
  const of = repository ? `/api/v1/repository/${encodeURIComponent(repository)}` : ofOwner
  return `${of}/logs?${new URLSearchParams({ ...queryOf(search), details: 'true' })}`
}
