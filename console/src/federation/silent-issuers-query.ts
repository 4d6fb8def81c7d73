import { queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import { type RobotAddress, robotKey } from '../robot/robot-query.ts'

/** An issuer that gave no keys, so that its jobs were refused. */
export interface SilentIssuer {
  issuer: string
  /** When that was last. */
  time: string
  message: string
}

/** Most pages of the log that are read: of each issuer that fails it has an entry a minute, whichever robot it was for. */
const MOST_PAGES = 5

/** Of the issuers of a robot those that gave no keys in the last day, and had none of before that still served. */
export const silentIssuersQuery = (address: RobotAddress, issuers: readonly string[]) =>
  queryOptions({
    queryKey: [...robotKey(address), 'silent issuers', issuers],
    queryFn: async () => {
      const found = new Map<string, SilentIssuer>()
      let nextPage: string | undefined
      for (let read = 0; read < MOST_PAGES; read++) {
        const query = { kind: 'issuer_failure', ...(nextPage && { next_page: nextPage }) }
        const page = await answerOf(ownerApi(address.owner).GET('/logs', { params: { query } }))
        for (const one of page.logs.flatMap(silentIn)) {
          if (issuers.includes(one.issuer) && !found.has(one.issuer)) found.set(one.issuer, one)
        }
        nextPage = page.next_page
        if (nextPage === undefined || found.size === issuers.length) break
      }
      return [...found.values()]
    },
  })

function silentIn({ metadata, datetime }: components['schemas']['LogEntry']): SilentIssuer[] {
  const { issuer, message, known_keys_serve_until: serveUntil } = metadata
  if (typeof issuer !== 'string' || serveUntil !== undefined) return []
  return [{ issuer, time: datetime, message: String(message) }]
}
