import type { FastifyInstance, RouteOptions } from 'fastify'
import { type Access, asksWhoCalls } from '../plugins/access.ts'
import {
  BODY_REFUSALS,
  CALLER_REFUSALS,
  INPUT_REFUSALS,
  refusal,
  SERVICE_REFUSALS,
} from '../schemas/responses.ts'

/** Adds to each route's responses the refusals that follow from who may call it and what it takes. */
export function describeRefusals(app: FastifyInstance) {
  app.addHook('onRoute', (route) => {
    const access = route.config?.access
    if (!access) return
    const response = { ...refusalsOf(access, route), ...(route.schema?.response as object) }
    if (Object.keys(response).length > 0) route.schema = { ...route.schema, response }
  })
}

/** None for routes that check credentials themselves: they declare their own refusals. */
function refusalsOf(access: Access, { method, url, schema = {} }: RouteOptions) {
  if (access.kind === 'own-credentials') return {}
  const takesInput = Boolean(schema.params ?? schema.querystring ?? schema.body)
  return {
    ...((takesInput || asksWhoCalls(access)) && { ...INPUT_REFUSALS, ...SERVICE_REFUSALS }),
    ...(asksWhoCalls(access) && access.kind !== 'open' && CALLER_REFUSALS),
    // A body is read, and refused, also where an operation has no use for one.
    ...(method !== 'GET' && method !== 'HEAD' && BODY_REFUSALS),
    // `POST …/repository/web/changevisibility` is about a repository `changevisibility` of the namespace `web`.
    ...(url.startsWith('/api/v1/repository/:repository/') && OTHER_PATH),
  }
}

const OTHER_PATH = {
  405: refusal('The name has no namespace, so that the path is another one'),
}
