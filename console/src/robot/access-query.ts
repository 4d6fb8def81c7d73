import { infiniteQueryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import { type RobotAddress, robotKey } from './robot-query.ts'

/** What the robot may do, by name of the repository, with the reasons. */
export const accessQuery = (address: RobotAddress) =>
  infiniteQueryOptions({
    queryKey: [...robotKey(address), 'access'],
    queryFn: ({ pageParam }) =>
      answerOf(
        ownerApi(address.owner).GET('/robots/{robot_shortname}/access', {
          params: {
            path: { robot_shortname: address.robot },
            query: pageParam ? { next_page: pageParam } : {},
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
  })
