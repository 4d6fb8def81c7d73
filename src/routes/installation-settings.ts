import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Config } from '../config/config.ts'
import { SUPERUSER } from '../plugins/access.ts'
import {
  InstallationSettingsSchema,
  presentInstallationSettings,
} from '../schemas/installation-settings.ts'

/** What the operator decides for all of the installation. */
export const installationSettingsRoutes: FastifyPluginAsyncZod<
  Pick<Config, 'issuers' | 'policy' | 'limits'>
> = async (app, { issuers, policy, limits }) => {
  const settings = presentInstallationSettings({ issuers, policy, limits })

  app.get('/api/v1/superuser/settings', {
    config: { access: SUPERUSER },
    schema: {
      operationId: 'getInstallationSettings',
      tags: ['superuser'],
      summary: 'What the operator decides: trusted issuers, the policy and limits.',
      description:
        'As the configuration file says it, by which it is changed. It has no secret, and not how issuers are asked.',
      response: { 200: InstallationSettingsSchema },
    },
    handler: async () => settings,
  })
}
