import { infiniteQueryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import { type RobotAddress, robotKey } from './robot-query.ts'

/** The owner's log, of the robot alone. */
export const logQuery = (address: RobotAddress) =>
  infiniteQueryOptions({
    queryKey: [...robotKey(address), 'log'],
    queryFn: ({ pageParam }) => {
      const { robot } = address
      const query = { robot, details: true, ...(pageParam && { next_page: pageParam }) }
      return answerOf(ownerApi(address.owner).GET('/logs', { params: { query } }))
    },
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
  })
