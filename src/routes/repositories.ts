import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { invalidRequest, unauthenticated } from '../domain/errors.ts'
import { PAGE_SIZE } from '../domain/page.ts'
import { REPOSITORY_CREATION } from '../domain/repository-creation.ts'
import { type Access, OPEN, ownerOf, repositoryOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { LONG_BODY_LIMIT } from '../plugins/body-limits.ts'
import { sendJson } from '../plugins/long-answers.ts'
import { presentPage } from '../schemas/paging.ts'
import {
  ChangeVisibilitySchema,
  CreatedRepositorySchema,
  CreateRepositorySchema,
  presentListedRepository,
  presentRepository,
  type RepositoryListQuery,
  RepositoryListQuerySchema,
  RepositoryListSchema,
  RepositoryParamsSchema,
  RepositoryQuerySchema,
  RepositorySchema,
  SuccessSchema,
  UpdateRepositorySchema,
} from '../schemas/repository.ts'
import { CALLER_REFUSALS, NoContent } from '../schemas/responses.ts'
import type { RepositoryService } from '../services/repositories/repositories.ts'
import { REPOSITORY_ADMIN } from './repository-permissions.ts'

interface RepositoryRoutesOptions {
  repositories: RepositoryService
}

const CREATE: Access = { kind: 'namespace', ...REPOSITORY_CREATION }

const READ: Access = {
  kind: 'repository',
  role: 'read',
  scopes: [['repo:read'], ['repo:write'], ['repo:admin'], ['super:user']],
  anonymous: true,
}

const WRITE: Access = {
  kind: 'repository',
  role: 'write',
  scopes: [['repo:write'], ['repo:admin'], ['super:user']],
}

/** Deleting a repository that does not exist is no error: as with Quay, clients delete without asking first. */
const DELETE: Access = { ...REPOSITORY_ADMIN, missing: 'accepted' }

export const repositoryRoutes: FastifyPluginAsyncZod<RepositoryRoutesOptions> = async (
  app,
  { repositories },
) => {
  const url = '/api/v1/repository/:repository'
  const tags = ['repository']
  const params = RepositoryParamsSchema

  app.post('/api/v1/repository', {
    config: { access: CREATE },
    bodyLimit: LONG_BODY_LIMIT,
    schema: {
      operationId: 'createRepo',
      tags,
      summary: 'Create a new repository.',
      body: CreateRepositorySchema,
      response: { 201: CreatedRepositorySchema },
    },
    handler: async (request, reply) => {
      const { repository: name, visibility, description } = request.body
      const namespace = ownerOf(request)
      await repositories.create(namespace, { name, visibility, description }, performerOf(request))
      return reply.code(201).send({ namespace: namespace.name, name, kind: 'image' })
    },
  })

  app.get('/api/v1/repository', {
    config: { access: OPEN },
    schema: {
      operationId: 'listRepos',
      tags,
      summary:
        'Fetch the list of repositories visible to the current user under a variety of situations.',
      description:
        `By namespace, the oldest first, and name, ${PAGE_SIZE.usual} at a time. Besides public repositories, on request, those are ` +
        'listed that the token may read, which takes one of the scopes `repo:read`, `repo:write` ' +
        'and `repo:admin`.',
      querystring: RepositoryListQuerySchema,
      response: { 200: RepositoryListSchema, 401: CALLER_REFUSALS[401] },
    },
    handler: async (request, reply) => {
      const { actor, query } = request
      assertPlace(query)
      if (query.starred && !actor) throw unauthenticated()
      const isOtherKind = query.repo_kind !== undefined && query.repo_kind !== 'image'
      if (query.starred || isOtherKind) return { repositories: [] }
      const page = repositories.list(
        actor,
        {
          namespace: query.namespace || undefined,
          text: query.q || undefined,
          sort: query.sort,
          withPublic: query.public,
          nextPage: query.next_page,
        },
        requesterOf(request, reply),
      )
      const isUser = actor?.kind === 'user'
      const found = presentPage('repositories', page, (repository) =>
        presentListedRepository(repository, query, isUser),
      )
      return sendJson(request, reply, found)
    },
  })

  app.get(url, {
    config: { access: READ },
    schema: {
      operationId: 'getRepo',
      tags,
      summary: 'Fetch the specified repository.',
      params,
      querystring: RepositoryQuerySchema,
      response: { 200: RepositorySchema },
    },
    handler: async (request) =>
      presentRepository(await repositories.describe(repositoryOf(request)), request.query),
  })

  app.put(url, {
    config: { access: WRITE },
    bodyLimit: LONG_BODY_LIMIT,
    schema: {
      operationId: 'updateRepo',
      tags,
      summary: 'Update the description in the specified repository.',
      params,
      body: UpdateRepositorySchema,
      response: { 200: SuccessSchema },
    },
    handler: async (request) => {
      const { description } = request.body
      await repositories.setDescription(repositoryOf(request), description, performerOf(request))
      return { success: true as const }
    },
  })

  app.delete(url, {
    config: { access: DELETE },
    schema: {
      operationId: 'deleteRepository',
      tags,
      summary: 'Delete a repository.',
      description: 'Also answers 204 where there is none, to whoever would administer it.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { repository } = request
      if (repository) await repositories.delete(repository, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.post(`${url}/changevisibility`, {
    config: { access: REPOSITORY_ADMIN },
    schema: {
      operationId: 'changeRepoVisibility',
      tags,
      summary: 'Change the visibility of a repository.',
      params,
      body: ChangeVisibilitySchema,
      response: { 200: SuccessSchema },
    },
    handler: async (request) => {
      const { visibility } = request.body
      await repositories.setVisibility(repositoryOf(request), visibility, performerOf(request))
      return { success: true as const }
    },
  })
}

/** @throws {ServiceError} `invalid_request` where a query does not say of which repositories it is */
function assertPlace({ namespace, starred, public: isPublic, q, sort }: RepositoryListQuery) {
  if (namespace) return
  if (!starred && !isPublic) {
    throw invalidRequest('namespace, starred or public are required for this API call')
  }
  if (q) throw invalidRequest('q finds repositories of a namespace: say which, as namespace=acme')
  if (sort) {
    throw invalidRequest('sort is for repositories of a namespace: say which, as namespace=acme')
  }
}
