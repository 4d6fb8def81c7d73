import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { preferredType } from '../domain/accepted-type.ts'
import { PAGE_SIZE } from '../domain/page.ts'
import { type Access, ownerOf, repositoryOf, SUPERUSER } from '../plugins/access.ts'
import { requesterOf } from '../plugins/authentication.ts'
import { sendPieces } from '../plugins/long-answers.ts'
import {
  exportText,
  LOG_TYPES,
  LogCountQuerySchema,
  LogCountsSchema,
  LogQuerySchema,
  LogSchema,
  NamedLogCountQuerySchema,
  NamedLogQuerySchema,
  presentLog,
  presentLogCounts,
} from '../schemas/log.ts'
import type { LogScope, LogService } from '../services/audit/logs.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

/** One of the logs that can be read: where it is, who may, and which entries are in it. */
interface Log {
  prefix: string
  params: z.ZodObject
  access: Access
  scopeOf: (request: FastifyRequest) => LogScope
  /** Whether it is asked for who did something, and for a robot. */
  byName: boolean
  withNamespace: boolean
  /** operationId and summary. */
  list: [string, string]
  count: [string, string]
}

function ofOwner(request: FastifyRequest): LogScope {
  const { id, name } = ownerOf(request)
  return { namespaceId: id, namespaceName: name }
}

const LOGS: Log[] = [
  {
    prefix: '/api/v1/user',
    params: z.object({}),
    access: { kind: 'user', scopes: [['user:admin']] },
    scopeOf: ofOwner,
    byName: true,
    withNamespace: false,
    list: ['listUserLogs', 'List the logs for the current user.'],
    count: ['getAggregateUserLogs', 'Returns the aggregated logs for the current user.'],
  },
  {
    prefix: '/api/v1/organization/:orgname',
    params: organizationParams,
    access: organizationAccess('unknown'),
    scopeOf: ofOwner,
    byName: true,
    withNamespace: false,
    list: ['listOrgLogs', 'List the logs for the specified organization.'],
    count: ['getAggregateOrgLogs', 'Gets the aggregated logs for the specified organization.'],
  },
  {
    prefix: '/api/v1/repository/:repository',
    params: z.object({ repository: z.string().describe('The full path of the repository') }),
    access: { kind: 'repository', role: 'admin', scopes: [['repo:admin'], ['super:user']] },
    scopeOf: (request) => ({ repositoryId: repositoryOf(request).id }),
    byName: false,
    withNamespace: false,
    list: ['listRepoLogs', 'List the logs for the specified repository.'],
    count: ['getAggregateRepoLogs', 'Returns the aggregated logs for the specified repository.'],
  },
  {
    prefix: '/api/v1/superuser',
    params: z.object({}),
    access: SUPERUSER,
    scopeOf: () => ({ installation: true }),
    byName: true,
    withNamespace: true,
    list: ['listAllLogs', 'List the usage logs for the current system.'],
    count: ['listAllAggregateLogs', 'Returns the aggregated logs for the current system.'],
  },
]

const EXPORT =
  `The newest entries first, ${PAGE_SIZE.log} at a time. With \`Accept: text/csv\` or \`application/x-ndjson\` all of the ` +
  'period at once: ' +
  'lines of RFC 4180 below a head, or an entry as JSON on each line.'

/** The audit log of a user, an organization, a repository and the installation: one implementation for all. */
export const logRoutes: FastifyPluginAsyncZod<{ logs: LogService }> = async (app, { logs }) => {
  for (const log of LOGS) {
    const { access, params, scopeOf, byName, withNamespace } = log
    const config = { access }
    const common = { tags: ['logs'], params }

    app.get(`${log.prefix}/logs`, {
      config,
      schema: {
        ...common,
        operationId: log.list[0],
        summary: log.list[1],
        description: EXPORT,
        querystring: byName ? NamedLogQuerySchema : LogQuerySchema,
        response: { 200: LogSchema },
      },
      handler: async (request, reply) => {
        const { next_page: nextPage, details, ...filters } = request.query
        const query = { performer: undefined, ...filters, nextPage }
        const shown = { withNamespace, details }
        const requester = requesterOf(request, reply)
        const type = preferredType(request.headers.accept, LOG_TYPES) as (typeof LOG_TYPES)[number]
        reply.header('vary', 'accept')
        if (type === 'application/json') {
          const page = await logs.list(scopeOf(request), query, requester)
          return presentLog(page, shown)
        }
        const entries = logs.export(scopeOf(request), query, requester)
        reply.type(`${type}; charset=utf-8`)
        return sendPieces(request, reply, exportText(entries, type, shown))
      },
    })

    app.get(`${log.prefix}/aggregatelogs`, {
      config,
      schema: {
        ...common,
        operationId: log.count[0],
        summary: log.count[1],
        querystring: byName ? NamedLogCountQuerySchema : LogCountQuerySchema,
        response: { 200: LogCountsSchema },
      },
      handler: async (request, reply) => {
        const { details: withReasons, ...filters } = request.query
        const query = { performer: undefined, ...filters, withReasons }
        const counts = await logs.count(scopeOf(request), query, requesterOf(request, reply))
        return presentLogCounts(counts, { withReasons })
      },
    })
  }
}
