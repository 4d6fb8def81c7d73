import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { ListSearch } from '../shell/list-search.ts'

/** How many members, or repositories, of a team are read at a time. */
const PAGE = 50

export interface TeamAddress {
  organization: string
  team: string
}

const pathOf = ({ organization, team }: TeamAddress) => ({
  path: { orgname: organization, teamname: team },
})

/** How its operations are called in a shell. */
export const teamPath = ({ organization, team }: TeamAddress) =>
  `/api/v1/organization/${organization}/team/${team}`

export const teamsKey = (organization: string) => ['teams', organization]

/** A page of teams, searched by the service. */
export const teamsQuery = (organization: string, search: ListSearch) =>
  queryOptions({
    queryKey: [...teamsKey(organization), 'list', search],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/organization/{orgname}/teams', {
          params: { path: { orgname: organization }, query: { ...search } },
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const teamQuery = (address: TeamAddress) =>
  queryOptions({
    queryKey: [...teamsKey(address.organization), address.team, 'team'],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/organization/{orgname}/teams/{teamname}', { params: pathOf(address) }),
      ),
  })

export const membersQuery = (address: TeamAddress) =>
  infiniteQueryOptions({
    queryKey: [...teamsKey(address.organization), address.team, 'members'],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET('/api/v1/organization/{orgname}/team/{teamname}/members', {
          params: {
            ...pathOf(address),
            query: { limit: PAGE, ...(pageParam && { next_page: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
  })

export const grantsQuery = (address: TeamAddress) =>
  infiniteQueryOptions({
    queryKey: [...teamsKey(address.organization), address.team, 'grants'],
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET('/api/v1/organization/{orgname}/team/{teamname}/permissions', {
          params: {
            ...pathOf(address),
            query: { limit: PAGE, ...(pageParam && { next_page: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
  })

export const putTeam = (
  address: TeamAddress,
  body: { role: 'member' | 'creator' | 'admin'; description: string },
) =>
  answerOf(
    api.PUT('/api/v1/organization/{orgname}/team/{teamname}', { params: pathOf(address), body }),
  )

export const deleteTeam = (address: TeamAddress) =>
  answerOf(
    api.DELETE('/api/v1/organization/{orgname}/team/{teamname}', { params: pathOf(address) }),
  )

const memberOf = ({ organization, team }: TeamAddress, membername: string) => ({
  path: { orgname: organization, teamname: team, membername },
})

export const addMember = (address: TeamAddress, name: string) =>
  answerOf(
    api.PUT('/api/v1/organization/{orgname}/team/{teamname}/members/{membername}', {
      params: memberOf(address, name),
      body: {},
    }),
  )

export const removeMember = (address: TeamAddress, name: string) =>
  answerOf(
    api.DELETE('/api/v1/organization/{orgname}/team/{teamname}/members/{membername}', {
      params: memberOf(address, name),
    }),
  )
