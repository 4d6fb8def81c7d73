import { infiniteQueryOptions } from '@tanstack/react-query'
import type { Role } from '../access/roles.ts'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'

export type DefaultPermission = components['schemas']['DefaultPermission']

/** How many are read at a time. */
const PAGE = 50

export const defaultsKey = (organization: string) => ['default-permissions', organization]

/** In the order of their creation. */
export const defaultsQuery = (orgname: string) =>
  infiniteQueryOptions({
    queryKey: defaultsKey(orgname),
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET('/api/v1/organization/{orgname}/prototypes', {
          params: {
            path: { orgname },
            query: { limit: PAGE, ...(pageParam && { next_page: pageParam }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
  })

export const makeDefault = (orgname: string, body: components['schemas']['NewDefaultPermission']) =>
  answerOf(
    api.POST('/api/v1/organization/{orgname}/prototypes', { params: { path: { orgname } }, body }),
  )

const url = '/api/v1/organization/{orgname}/prototypes/{prototypeid}'
/** How the same is called in a shell. */
export const defaultPath = (orgname: string, id: string) =>
  `/api/v1/organization/${orgname}/prototypes/${id}`

const pathOf = (orgname: string, prototypeid: string) => ({ path: { orgname, prototypeid } })

export const changeDefault = (orgname: string, id: string, role: Role) =>
  answerOf(api.PUT(url, { params: pathOf(orgname, id), body: { role } }))

export const deleteDefault = (orgname: string, id: string) =>
  answerOf(api.DELETE(url, { params: pathOf(orgname, id) }))
