import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Config } from '../config/config.ts'
import { SUPERUSER } from '../plugins/access.ts'
import {
  InstallationSettingsSchema,
  presentInstallationSettings,
} from '../schemas/installation-settings.ts'

interface InstallationSettingsOptions {
  config: Config
  version: string
}

/** What the operator decides for all of the installation. */
export const installationSettingsRoutes: FastifyPluginAsyncZod<
  InstallationSettingsOptions
> = async (app, { config, version }) => {
  const settings = presentInstallationSettings(config, version)

  app.get('/api/v1/superuser/settings', {
    config: { access: SUPERUSER },
    schema: {
      operationId: 'getInstallationSettings',
      tags: ['superuser'],
      summary:
        'What the operator decides: trusted issuers, the policy, limits, and what registries are told.',
      description:
        'As the configuration file and the environment say it, by which it is changed. It has no secret, and not how ' +
        'issuers are asked.',
      response: { 200: InstallationSettingsSchema },
    },
    handler: async () => settings,
  })
}
