import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { entriesTag } from '../domain/federation-entry.ts'
import { versionTag } from '../domain/if-match.ts'
import { freshly, ownerOf } from '../plugins/access.ts'
import { ITEM_BODY_LIMIT } from '../plugins/body-limits.ts'
import {
  AddedEntrySchema,
  DryRunSchema,
  EntryPatchSchema,
  FederationEntriesSchema,
  FederationEntrySchema,
  toEdit,
  toEntry,
} from '../schemas/federation-entries.ts'
import { CHANGED_SINCE, IfMatchSchema, TAG } from '../schemas/if-match.ts'
import { NoContent } from '../schemas/responses.ts'
import type { ReviewedEntry } from '../services/federation/entry-review.ts'
import type { FederationEntries } from '../services/federation/federation-entries.ts'
import { changeOf } from './changes.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'
import { logWarnings } from './warning-log.ts'

interface FederationEntryRoutesOptions {
  owners: RobotOwners
  federationEntries: FederationEntries
}

/** Which external identities may act as a robot, entry by entry. */
export const federationEntryRoutes: FastifyPluginAsyncZod<FederationEntryRoutesOptions> = async (
  app,
  { owners, federationEntries },
) => {
  const { id, possessive } = owners
  const url = '/robots/:robot_shortname/federation/entries'
  const { federation: read, setFederation } = owners.access
  const change = freshly(setFederation)
  const tags = ['federation']
  const params = robotParams(owners)
  const entryParams = params.extend({ entry_id: z.string().describe('Id of the entry') })

  app.get(url, {
    config: { access: read, answerHeaders: { 200: TAG } },
    schema: {
      operationId: `list${id}RobotFederationEntries`,
      tags,
      summary: `List the federation entries of the ${possessive} robot.`,
      params,
      response: { 200: FederationEntriesSchema },
    },
    handler: async (request, reply) => {
      const entries = await federationEntries.list(robotOf(request))
      reply.header('etag', entriesTag(entries))
      return { entries }
    },
  })

  app.post(url, {
    config: { access: change, answerHeaders: { 201: { ...TAG, Location: 'Location' } } },
    bodyLimit: ITEM_BODY_LIMIT,
    schema: {
      operationId: `add${id}RobotFederationEntry`,
      tags,
      summary: `Add a federation entry to the ${possessive} robot, behind the others.`,
      params,
      querystring: DryRunSchema,
      headers: IfMatchSchema,
      body: AddedEntrySchema,
      response: { 201: FederationEntrySchema, ...CHANGED_SINCE },
    },
    handler: async (request, reply) => {
      const { dry_run: dryRun } = request.query
      const entry = await federationEntries.add(robotOf(request), toEntry(request.body), {
        ...changeOf(request),
        dryRun,
      })
      reply.code(201)
      if (dryRun) return entry
      logWarnings(request, [entry])
      reply.header('location', `entries/${entry.id}`)
      return tagged(reply, entry)
    },
  })

  app.get(`${url}/:entry_id`, {
    config: { access: read, answerHeaders: { 200: TAG } },
    schema: {
      operationId: `get${id}RobotFederationEntry`,
      tags,
      summary: `A federation entry of the ${possessive} robot.`,
      params: entryParams,
      response: { 200: FederationEntrySchema },
    },
    handler: async (request, reply) => tagged(reply, await federationEntries.get(entryOf(request))),
  })

  app.patch(`${url}/:entry_id`, {
    config: { access: change, answerHeaders: { 200: TAG } },
    bodyLimit: ITEM_BODY_LIMIT,
    schema: {
      operationId: `change${id}RobotFederationEntry`,
      tags,
      summary: `Change a federation entry of the ${possessive} robot.`,
      description:
        'A JSON merge patch (RFC 7396). A change ends the robot tokens that came from the entry. Without `If-Match` it is ' +
        'made to the entry as it is then.',
      params: entryParams,
      querystring: DryRunSchema,
      headers: IfMatchSchema,
      body: EntryPatchSchema,
      response: { 200: FederationEntrySchema, ...CHANGED_SINCE },
    },
    handler: async (request, reply) => {
      const { dry_run: dryRun } = request.query
      const entry = await federationEntries.change(entryOf(request), toEdit(request.body), {
        ...changeOf(request),
        dryRun,
      })
      if (dryRun) return entry
      logWarnings(request, [entry])
      return tagged(reply, entry)
    },
  })

  app.delete(`${url}/:entry_id`, {
    config: { access: change },
    schema: {
      operationId: `delete${id}RobotFederationEntry`,
      tags,
      summary: `Delete a federation entry of the ${possessive} robot.`,
      description: 'It ends the robot tokens that came from the entry.',
      params: entryParams,
      headers: IfMatchSchema,
      response: { 204: NoContent, ...CHANGED_SINCE },
    },
    handler: async (request, reply) => {
      await federationEntries.remove(entryOf(request), changeOf(request))
      return reply.code(204).send()
    },
  })
}

type RobotRequest = FastifyRequest<{ Params: { robot_shortname: string } }>
type EntryRequest = FastifyRequest<{ Params: { robot_shortname: string; entry_id: string } }>

const robotOf = (request: RobotRequest) => ({
  owner: ownerOf(request),
  robot: request.params.robot_shortname,
})

const entryOf = (request: EntryRequest) => ({
  ...robotOf(request),
  id: request.params.entry_id,
})

function tagged(reply: FastifyReply, entry: ReviewedEntry) {
  reply.header('etag', versionTag(entry))
  return entry
}
