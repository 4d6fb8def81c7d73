import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'

export type IssuerRecord = components['schemas']['IssuerRecord']
export type NewIssuerRecord = components['schemas']['NewIssuerRecord']

export const issuersKey = (orgname: string) => ['issuers', orgname]

/** How its operations are called in a shell. */
export const issuerPath = (orgname: string, name: string) =>
  `/api/v1/organization/${orgname}/issuers/${name}`

export const putIssuer = (orgname: string, name: string, body: NewIssuerRecord) =>
  answerOf(
    api.PUT('/api/v1/organization/{orgname}/issuers/{name}', {
      params: { path: { orgname, name } },
      body,
    }),
  )

export const deleteIssuer = (orgname: string, name: string) =>
  answerOf(
    api.DELETE('/api/v1/organization/{orgname}/issuers/{name}', {
      params: { path: { orgname, name } },
    }),
  )

/** @throws where it is no JSON Web Key Set; what is wrong with the keys in it the service says */
export function keysOf(text: string): NewIssuerRecord['jwks'] {
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read === 'object' && read !== null && 'keys' in read) {
      return read as NewIssuerRecord['jwks']
    }
  } catch {
    // Said below.
  }
  throw new Error('jwks: no JSON with "keys". kubectl get --raw /openid/v1/jwks prints it.')
}

/** The same for a shell: nothing yet, where it is no JSON Web Key Set. */
export function keysWritten(text: string): NewIssuerRecord['jwks'] {
  try {
    return keysOf(text)
  } catch {
    return { keys: [] }
  }
}
