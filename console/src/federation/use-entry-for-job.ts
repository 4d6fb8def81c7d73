import { useQuery } from '@tanstack/react-query'
import { type Entry, type RobotAddress, robotKey } from '../robot/robot-query.ts'
import type { RefusedExchange } from './refused-query.ts'
import { testToken } from './test-token.ts'

interface EntryForJob {
  /** Undefined: there is none. */
  entry: Entry | undefined
  /** Whether the service is still asked. */
  isAsked: boolean
}

/** The first entry for the issuer and subject of a job, whatever else it wants. Of patterns the service is asked. */
export function useEntryForJob(
  address: RobotAddress,
  entries: readonly Entry[],
  identity: RefusedExchange['identity'],
): EntryForJob {
  const ofIssuer = entries.filter(({ issuer }) => issuer === identity?.iss)
  const exact = ofIssuer.find((one) => !isPattern(one) && one.subject === identity?.sub)
  const { data, isLoading } = useQuery({
    queryKey: [...robotKey(address), 'entry for', identity],
    queryFn: async () => {
      const { checks } = await testToken(address, { claims: { ...identity } })
      return checks.filter(({ check, ok }) => check === 'subject' && ok).map(({ entry }) => entry)
    },
    enabled: !exact && ofIssuer.some(isPattern),
    // Changes of the robot's entries make it be asked again.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const entry = exact ?? ofIssuer.find((one) => isPattern(one) && data?.includes(one.id))
  return { entry, isAsked: isLoading }
}

const isPattern = ({ subject_match: match }: Entry) => match === 'glob'
