import { queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import { type RobotAddress, robotKey } from '../robot/robot-query.ts'

/** An exchange that was refused, as the log has it. */
export interface RefusedExchange {
  time: string
  /** The words that the job got. */
  message: string
  /** Stable. */
  code: string | undefined
  /** What its token proved; undefined: it proved nothing. */
  identity: { iss: string; sub: string } | undefined
}

/** How many are shown. */
const MOST = 5

/** The last of them, each reason of a job once. */
export const refusedQuery = (address: RobotAddress) =>
  queryOptions({
    queryKey: [...robotKey(address), 'refused'],
    queryFn: async () => {
      const query = { robot: address.robot, kind: 'login_failure' }
      const { logs } = await answerOf(ownerApi(address.owner).GET('/logs', { params: { query } }))
      return distinct(logs.flatMap(refusedOf)).slice(0, MOST)
    },
  })

function refusedOf({ metadata, datetime }: components['schemas']['LogEntry']): RefusedExchange[] {
  const { type, message, code, issuer, subject } = metadata
  if (type !== 'federation') return []
  const isProven = typeof issuer === 'string' && typeof subject === 'string'
  return [
    {
      time: datetime,
      message: String(message),
      code: typeof code === 'string' ? code : undefined,
      identity: isProven ? { iss: issuer, sub: subject } : undefined,
    },
  ]
}

/** The newest of those that say the same. */
function distinct(refused: RefusedExchange[]): RefusedExchange[] {
  const said = ({ message, identity }: RefusedExchange) => JSON.stringify([message, identity])
  return refused.filter((one, at) => refused.findIndex((other) => said(other) === said(one)) === at)
}
