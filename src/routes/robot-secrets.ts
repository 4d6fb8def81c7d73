import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Profile } from '../domain/api-profile.ts'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { answeredWith, NoContent } from '../schemas/responses.ts'
import { presentRobot, RobotSchema } from '../schemas/robot.ts'
import {
  BroughtSecretSchema,
  presentSecret,
  RobotSecretPatchSchema,
  RobotSecretSchema,
  RobotSecretsSchema,
  RotationQuerySchema,
} from '../schemas/robot-secret.ts'
import type { BroughtSecrets } from '../services/robots/brought-secrets.ts'
import type { SecretChanges } from '../services/robots/secret-changes.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface RobotSecretRoutesOptions {
  owners: RobotOwners
  secretChanges: SecretChanges
  broughtSecrets: BroughtSecrets
  profile: Profile
}

/** The static tokens of a robot: one, or two while its jobs change from one to the other. */
export const robotSecretRoutes: FastifyPluginAsyncZod<RobotSecretRoutesOptions> = async (
  app,
  { owners, secretChanges, broughtSecrets, profile },
) => {
  const { id, possessive } = owners
  const read = { access: owners.access.manage }
  const change = { access: freshly(owners.access.manage) }
  const tags = ['robot']
  const params = robotParams(owners)
  const secretParams = params.extend({ secret_id: z.string().describe('Id of the secret') })

  app.post('/robots/:robot_shortname/regenerate', {
    config: change,
    schema: {
      operationId: `regenerate${id}RobotToken`,
      tags,
      summary: `Regenerates the token for the ${possessive} robot.`,
      params,
      querystring: RotationQuerySchema,
      response: answeredWith(profile.regenerateStatus, RobotSchema),
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      const { grace = 0, expires_in: expiresIn } = request.query
      const rotation = { grace, expiresIn }
      const robot = await secretChanges.rotate(
        ownerOf(request),
        name,
        rotation,
        performerOf(request),
      )
      return reply.code(profile.regenerateStatus).send(presentRobot(robot))
    },
  })

  app.get('/robots/:robot_shortname/secrets', {
    config: read,
    schema: {
      operationId: `list${id}RobotSecrets`,
      tags,
      summary: `List the static tokens of the ${possessive} robot, without their values, newest first.`,
      params,
      response: { 200: RobotSecretsSchema },
    },
    handler: async (request) => {
      const secrets = await secretChanges.list(ownerOf(request), request.params.robot_shortname)
      return { secrets: secrets.map(presentSecret) }
    },
  })

  app.post('/robots/:robot_shortname/secrets', {
    config: { access: freshly(owners.access.bringSecret) },
    schema: {
      operationId: `bring${id}RobotSecret`,
      tags,
      summary: `Have the ${possessive} robot keep a secret that it has elsewhere; for superusers.`,
      description:
        'It is the newest then, and the one so far stays good. The answer does not have the value.',
      params,
      body: BroughtSecretSchema,
      response: { 201: RobotSecretSchema },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      const { value, expires_at: text } = request.body
      const expiresAt = typeof text === 'string' ? new Date(text) : text
      const secret = await broughtSecrets.bring(
        ownerOf(request),
        name,
        { value, expiresAt },
        performerOf(request),
      )
      return reply.code(201).send(presentSecret(secret))
    },
  })

  app.patch('/robots/:robot_shortname/secrets/:secret_id', {
    config: change,
    schema: {
      operationId: `change${id}RobotSecret`,
      tags,
      summary: `Change when a static token of the ${possessive} robot expires.`,
      params: secretParams,
      body: RobotSecretPatchSchema,
      response: { 200: RobotSecretSchema },
    },
    handler: async (request) => {
      const { robot_shortname: name, secret_id: id } = request.params
      const { expires_at: text } = request.body
      const changed = await secretChanges.changeExpiry(
        ownerOf(request),
        { name, id },
        text === null ? null : new Date(text),
        performerOf(request),
      )
      return presentSecret(changed)
    },
  })

  app.delete('/robots/:robot_shortname/secrets/:secret_id', {
    config: change,
    schema: {
      operationId: `delete${id}RobotSecret`,
      tags,
      summary: `End a static token of the ${possessive} robot at once.`,
      params: secretParams,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name, secret_id: id } = request.params
      await secretChanges.end(ownerOf(request), { name, id }, performerOf(request))
      return reply.code(204).send()
    },
  })
}
