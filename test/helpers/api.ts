import request from 'supertest'
import { expect } from 'vitest'

export type Method = 'get' | 'put' | 'post' | 'delete' | 'head' | 'options' | 'patch'

/** Calls the API over HTTP with a bearer token, or as nobody. */
export function apiOf(url: string) {
  const call = (method: Method, path: string, token?: string) => {
    const test = request(url)[method](path)
    return token === undefined ? test : test.set('authorization', `Bearer ${token}`)
  }
  return {
    call,
    as: (token?: string) => ({
      get: (path: string) => call('get', path, token),
      put: (path: string, body?: object) => call('put', path, token).send(body),
      post: (path: string, body?: object) => call('post', path, token).send(body),
      patch: (path: string, body?: object) => call('patch', path, token).send(body),
      delete: (path: string) => call('delete', path, token),
    }),
    /** A registry login with Basic credentials. */
    login: (user: string, password: string) => request(url).get('/v2/auth').auth(user, password),
  }
}

export type Api = ReturnType<typeof apiOf>

/** Calls the API with one token, or as nobody. */
export type Client = ReturnType<Api['as']>

const DETAILS = {
  invalid_token: [401, 'Requires authentication'],
  insufficient_scope: [403, 'Unauthorized'],
  not_found: [404, 'Not Found'],
} as const

/** The body of shape A for an error whose words are always the same. */
export function apiError(url: string, type: keyof typeof DETAILS) {
  const [status, detail] = DETAILS[type]
  return shapeA(url, status, type, detail)
}

/** A whole body of shape A: no key more, no key less. */
export const shapeA = (url: string, status: number, type: string, detail: unknown) => ({
  detail,
  error_message: detail,
  error_type: type,
  title: type,
  type: `${url}/api/v1/error/${type}`,
  status,
})

/** 400 of shape A, for which only the beginning of the text is fixed. */
export const invalidRequest = (url: string, detail: unknown = expect.any(String)) =>
  shapeA(url, 400, 'invalid_request', detail)

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
export const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})
