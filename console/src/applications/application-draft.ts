import type { Scope } from '../parts/scopes.ts'
import type { Application } from './application-queries.ts'

/** What a form says of an application. */
export interface ApplicationDraft {
  name: string
  description: string
  application_uri: string
  scopes: Scope[]
}

export const EMPTY: ApplicationDraft = {
  name: '',
  description: '',
  application_uri: '',
  scopes: [],
}

export const draftOf = (application: Application): ApplicationDraft => ({
  name: application.name,
  description: application.description,
  application_uri: application.application_uri,
  scopes: (application.scopes ?? []) as Scope[],
})
