import { getRouteApi } from '@tanstack/react-router'
import { ownerOf } from '../api/owner.ts'
import type { RobotAddress } from './robot-query.ts'

const route = getRouteApi('/$kind/$owner/robots/$robot')

/** The robot that the page is about. */
export function useRobotAddress(): RobotAddress {
  const params = route.useParams()
  return { owner: ownerOf(params), robot: params.robot }
}
