import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import {
  IssuerRecordSchema,
  IssuerRecordsSchema,
  NewIssuerRecordSchema,
  presentIssuerRecord,
  toIssuerRecord,
} from '../schemas/issuer-record.ts'
import { NoContent } from '../schemas/responses.ts'
import type { IssuerRecords } from '../services/federation/issuer-records.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

/**
 * What an organization says of issuers. Whoever puts the keys of one can act as all robots whose entries refer to it, so
 * it takes what includes robots: `org:admin`.
 */
export const issuerRecordRoutes: FastifyPluginAsyncZod<{ issuerRecords: IssuerRecords }> = async (
  app,
  { issuerRecords },
) => {
  const url = '/api/v1/organization/:orgname/issuers'
  const access = organizationAccess('unknown')
  const config = { access }
  // Whoever says what an issuer's keys are lets others act as robots, and robots let nobody.
  const change = { access: freshly({ ...access, refused: ['robot'] }) }
  const tags = ['federation']
  const params = organizationParams.extend({
    name: z.string().describe('The name by which entries refer to the record (`issuer_ref`)'),
  })

  app.get(url, {
    config,
    schema: {
      operationId: 'listIssuerRecords',
      tags,
      summary: 'List what the organization says of issuers.',
      params: organizationParams,
      response: { 200: IssuerRecordsSchema },
    },
    handler: async (request) => {
      const records = await issuerRecords.list(ownerOf(request))
      return { issuers: records.map(presentIssuerRecord) }
    },
  })

  app.get(`${url}/:name`, {
    config,
    schema: {
      operationId: 'getIssuerRecord',
      tags,
      summary: 'What the organization says of an issuer.',
      params,
      response: { 200: IssuerRecordSchema },
    },
    handler: async (request) =>
      presentIssuerRecord(await issuerRecords.get(ownerOf(request), request.params.name)),
  })

  app.put(`${url}/:name`, {
    config: change,
    schema: {
      operationId: 'putIssuerRecord',
      tags,
      summary: 'Say what the keys of an issuer are, and what its tokens must be like.',
      description:
        'A change ends the robot tokens that came from entries which refer to the record. Whoever has the private keys ' +
        'can act as the robots that refer to it.',
      params,
      body: NewIssuerRecordSchema,
      response: { 200: IssuerRecordSchema },
    },
    handler: async (request) => {
      const record = await issuerRecords.put(
        ownerOf(request),
        request.params.name,
        toIssuerRecord(request.body),
        performerOf(request),
      )
      return presentIssuerRecord(record)
    },
  })

  app.delete(`${url}/:name`, {
    config: change,
    schema: {
      operationId: 'deleteIssuerRecord',
      tags,
      summary: 'Take back what the organization says of an issuer.',
      description:
        'Entries that refer to the record stay and admit nobody; the robot tokens that came from them end.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await issuerRecords.delete(ownerOf(request), request.params.name, performerOf(request))
      return reply.code(204).send()
    },
  })
}
