import { queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import { type RobotAddress, robotKey } from '../robot/robot-query.ts'
import type { RefusedExchange } from './refused-query.ts'
import { testToken } from './test-token.ts'

/** Codes of refusals where no entry was for the issuer and subject. */
const OF_NO_ENTRY: readonly unknown[] = ['not_configured', 'subject_mismatch']

/** An entry for the issuer and subject of a job that was refused. */
interface EntryForJob {
  id: string
  /** Whether it was not, or was another, when the job was refused. */
  isMended: boolean
}

/** The entry for a refused job, one that was mended before others; null: there is none. */
export const mendedQuery = (address: RobotAddress, { identity, code, time }: RefusedExchange) =>
  queryOptions({
    queryKey: [...robotKey(address), 'mended', identity, code, time],
    queryFn: async (): Promise<EntryForJob | null> => {
      const { checks } = await testToken(address, { claims: { ...identity } })
      const ids = entriesFor(checks)
      const [first] = ids
      if (first === undefined) return null
      if (OF_NO_ENTRY.includes(code)) return { id: first, isMended: true }
      const changed = await changedSince(address, time)
      const mended = ids.find((id) => changed.includes(id))
      return { id: mended ?? first, isMended: mended !== undefined }
    },
  })

/** Ids of those for issuer and subject, whatever else they ask for. */
function entriesFor(checks: readonly components['schemas']['FederationCheck'][]): string[] {
  const subjects = checks.filter(({ check, ok }) => check === 'subject' && ok)
  return subjects.map(({ entry }) => entry)
}

/** Ids of those that were added or changed after that, as the newest page of the log has them. */
async function changedSince({ owner, robot }: RobotAddress, time: string): Promise<string[]> {
  const query = { robot, kind: 'create_robot_federation', details: true }
  const { logs } = await answerOf(ownerApi(owner).GET('/logs', { params: { query } }))
  return logs
    .filter(({ datetime }) => Date.parse(datetime) > Date.parse(time))
    .flatMap(({ metadata: { changes } }) => (Array.isArray(changes) ? changes : []))
    .map(({ entry }) => entry)
}
