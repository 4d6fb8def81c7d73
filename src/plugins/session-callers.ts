import type { FastifyRequest } from 'fastify'
import { readCookie } from '../domain/cookies.ts'
import { isSameOrigin } from '../domain/same-origin.ts'
import { cookieNames } from '../domain/session-cookie.ts'
import type { Session, Sessions } from '../services/logins/sessions.ts'
import { type Access, organizationIn } from './access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The session of a browser that the request proves. */
    session: Session | null
  }
}

const CSRF_HEADER = 'x-csrf-token'

/** What the cookie of the request holds, where a page of this service sends it. */
export function sessionSecretOf({ headers }: FastifyRequest, publicUrl: string) {
  const names = cookieNames(publicUrl)
  return 'problem' in names || !isSameOrigin(headers, publicUrl)
    ? undefined
    : readCookie(headers.cookie, names.session)
}

/**
 * Finds the session of a request. A cookie alone proves nothing, as pages of other origins have browsers send it: it is read
 * only where a page of this service sends the request, which has the header that belongs to the session. Otherwise it is as if
 * there were none.
 */
export const createSessionCallers =
  ({ sessions, publicUrl }: { sessions: Sessions; publicUrl: string }) =>
  async (request: FastifyRequest, access: Access): Promise<Session | undefined> => {
    const csrfToken = request.headers[CSRF_HEADER]?.toString()
    if (csrfToken === undefined && !tellsHeader(access)) return undefined
    const secret = sessionSecretOf(request, publicUrl)
    if (secret === undefined) return undefined
    const session = await sessions.find(
      { secret, csrfToken: tellsHeader(access) ? undefined : csrfToken },
      organizationIn(request, access),
    )
    if (session && !tellsHeader(access)) await sessions.noteUse(session)
    return session
  }

/** The one route that tells a page which header it is to send: it changes nothing, and no other origin can read its answer. */
const tellsHeader = (access: Access) => access.kind === 'session' && access.optional === true
