import { queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { Policy } from './policy-words.ts'

export const policyKey = (orgname: string) => ['policy', orgname]

/** What an organization decides about its robots, with the tag of that state, and what holds for them. */
export const policyQuery = (orgname: string) =>
  queryOptions({
    queryKey: policyKey(orgname),
    queryFn: async () => {
      const params = { path: { orgname } }
      const url = '/api/v1/organization/{orgname}/robot-policy'
      const own = await api.GET(url, { params })
      const query = { effective: true }
      const [decided, holds] = await Promise.all([
        answerOf(Promise.resolve(own)),
        answerOf(api.GET(url, { params: { ...params, query } })),
      ])
      return { decided, holds, tag: own.response.headers.get('etag') ?? '*' }
    },
  })

/** Replaces what the organization decides. @param tag of the state that it replaces */
export const putPolicy = (orgname: string, body: Policy, tag: string): Promise<Policy> =>
  answerOf(
    api.PUT('/api/v1/organization/{orgname}/robot-policy', {
      params: { path: { orgname }, header: { 'if-match': tag } },
      body,
    }),
  )
