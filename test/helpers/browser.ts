import request, { type Response } from 'supertest'
import { expect } from 'vitest'
import type { Method } from './api.ts'
import { PASSWORD } from './service.ts'

/** What a browser says of requests by pages of the service itself. */
export const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' }

/** The `name=value` of a cookie that an answer sets. */
export function cookieOf({ headers }: Pick<Response, 'headers'>) {
  const [cookie = ''] = [headers['set-cookie'] ?? []].flat() as string[]
  return cookie.split(';')[0] ?? ''
}

export type Browser = ReturnType<typeof browserOf>

/** A browser on a page of the service: it keeps the cookie, and sends what belongs to the session. */
export function browserOf(url: string) {
  let session: Record<string, string> = {}

  const call = (method: Method, path: string, body?: object, headers: object = {}) =>
    request(url)
      [method](path)
      .set({ ...SAME_ORIGIN, ...session, ...headers })
      .send(body)

  return {
    call,
    get: (path: string) => call('get', path),
    put: (path: string, body: object = {}) => call('put', path, body),
    post: (path: string, body: object = {}) => call('post', path, body),
    patch: (path: string, body: object) => call('patch', path, body),
    delete: (path: string) => call('delete', path),

    /** What it sends of its session: the cookie and the header. */
    held: () => session,

    async signIn(username: string, password = PASSWORD) {
      const answer = await call('post', '/api/v1/session', { username, password }).expect(201)
      session = { cookie: cookieOf(answer), 'x-csrf-token': answer.body.csrf_token }
      return answer
    },

    /** Whom the service takes it for. */
    async isSignedIn() {
      const { status } = await call('get', '/api/v1/user/')
      expect([200, 401]).toContain(status)
      return status === 200
    },
  }
}
