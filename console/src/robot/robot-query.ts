import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi, pathOf } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'

export type Robot = components['schemas']['ShownRobot']
export type RobotPatch = components['schemas']['RobotPatch']
export type Secret = components['schemas']['RobotSecret']
export type Entry = components['schemas']['StoredFederationEntry']

/** A robot, by its address. */
export interface RobotAddress {
  owner: Owner
  /** Its short name. */
  robot: string
}

export const robotKey = ({ owner, robot }: RobotAddress) => ['robot', owner, robot]

/** How the paths of its operations begin. */
export const robotPath = ({ owner, robot }: RobotAddress) => `${pathOf(owner)}/robots/${robot}`

const parametersOf = ({ robot }: RobotAddress) => ({ path: { robot_shortname: robot } })

/** A robot without its secret. */
export const robotQuery = (address: RobotAddress) =>
  queryOptions({
    queryKey: [...robotKey(address), 'robot'],
    queryFn: () =>
      answerOf(
        ownerApi(address.owner).GET('/robots/{robot_shortname}', {
          params: { ...parametersOf(address), query: { details: true, token: false } },
        }),
      ),
  })

/** Changes a robot; what is left out stays. */
export const changeRobot = (address: RobotAddress, body: RobotPatch): Promise<Robot> =>
  answerOf(
    ownerApi(address.owner).PATCH('/robots/{robot_shortname}', {
      params: { ...parametersOf(address), query: { token: false } },
      body,
    }),
  )

export const secretsQuery = (address: RobotAddress) =>
  queryOptions({
    queryKey: [...robotKey(address), 'secrets'],
    queryFn: () =>
      answerOf(
        ownerApi(address.owner).GET('/robots/{robot_shortname}/secrets', {
          params: parametersOf(address),
        }),
      ),
  })

export const entriesQuery = (address: RobotAddress) =>
  queryOptions({
    queryKey: [...robotKey(address), 'federation'],
    queryFn: () =>
      answerOf(
        ownerApi(address.owner).GET('/robots/{robot_shortname}/federation/entries', {
          params: parametersOf(address),
        }),
      ),
  })

/** Reads anew what is shown of the robot, and the lists that it is in. */
export async function refreshRobot(queries: QueryClient, address: RobotAddress): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: robotKey(address) }),
    queries.invalidateQueries({ queryKey: ['robots', address.owner] }),
    queries.invalidateQueries({ queryKey: ['attention', address.owner] }),
  ])
}
