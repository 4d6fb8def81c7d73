import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { fillTemplate } from '../domain/federation-template.ts'
import { FEDERATION_TEMPLATES, templateNamed } from '../domain/federation-templates.ts'
import { robotTokenLifetime } from '../domain/robot-token-life.ts'
import { PUBLIC } from '../plugins/access.ts'
import {
  FederationTemplatesSchema,
  presentTemplate,
  TemplateEntrySchema,
  TemplateValuesSchema,
} from '../schemas/federation-template.ts'

interface FederationTemplateRoutesOptions {
  /** What tokens must be meant for, unless the caller says otherwise. */
  audience: string
  /** Seconds that a robot token lives at most. */
  robotTokenTtl: number
}

/** Entries to start from. They say nothing of this installation that its clients do not know, so anybody may ask. */
export const federationTemplateRoutes: FastifyPluginAsyncZod<
  FederationTemplateRoutesOptions
> = async (app, { audience, robotTokenTtl }) => {
  const url = '/api/v1/federation/templates'
  const config = { access: PUBLIC }
  const tags = ['federation']

  app.get(url, {
    config,
    schema: {
      operationId: 'listFederationTemplates',
      tags,
      summary: 'List the templates of federation entries, by platform.',
      response: { 200: FederationTemplatesSchema },
    },
    handler: async () => ({ templates: FEDERATION_TEMPLATES.map(presentTemplate) }),
  })

  app.get(`${url}/:template`, {
    config,
    schema: {
      operationId: 'fillFederationTemplate',
      tags,
      summary: 'The federation entry that a template makes.',
      description:
        'It takes the parameters of the template that the path names, and is stored nowhere. Without `audience` it is ' +
        'that of this service.',
      params: z.object({ template: z.string().describe('Name of the template') }),
      querystring: TemplateValuesSchema,
      response: { 200: TemplateEntrySchema },
    },
    handler: async (request) => {
      const template = templateNamed(request.params.template)
      const entry = fillTemplate(template, { audience, ...request.query })
      return {
        ...entry,
        ...(entry.expires_in && { expires_in: robotTokenLifetime(entry, robotTokenTtl) }),
      }
    },
  })
}
