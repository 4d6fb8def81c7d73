import { queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'
import type { NewEntry } from './entry-query.ts'

export type Template = components['schemas']['FederationTemplate']
export type Parameter = components['schemas']['FederationTemplateParameter']

/** What a platform calls what is asked of it, and what was given. */
export type Words = Readonly<Record<string, string>>

/** They are those of the program: they change with its next start. */
const LASTING = { staleTime: Number.POSITIVE_INFINITY }

/** The platforms, and what each asks for. */
export const templatesQuery = queryOptions({
  ...LASTING,
  queryKey: ['federation templates'],
  queryFn: () => answerOf(api.GET('/api/v1/federation/templates')),
})

/** What identity tokens are to be meant for. */
export const audienceQuery = queryOptions({
  ...LASTING,
  queryKey: ['federation audience'],
  queryFn: () => answerOf(api.GET('/oauth2/federation/audience')),
})

/** The entry that a platform's words come to. @throws {Refusal} what is wrong with them */
export const fillTemplate = (template: string, query: Words): Promise<NewEntry> =>
  answerOf(
    api.GET('/api/v1/federation/templates/{template}', { params: { path: { template }, query } }),
  )
