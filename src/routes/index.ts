import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import { PROFILES } from '../domain/api-profile.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Services } from '../services.ts'
import { allRobotsRoutes } from './all-robots.ts'
import { apiDescriptionRoutes } from './api-description.ts'
import { appTokenRoutes } from './app-tokens.ts'
import { applicationTokenRoutes } from './application-tokens.ts'
import { applicationRoutes } from './applications.ts'
import { attentionRoutes } from './attention.ts'
import { defaultPermissionRoutes } from './default-permissions.ts'
import { describeRefusals } from './documented-refusals.ts'
import { effectiveAccessRoutes } from './effective-access.ts'
import { entityRoutes } from './entities.ts'
import { federationEntryRoutes } from './federation-entries.ts'
import { federationExchangeRoutes } from './federation-exchange.ts'
import { federationTemplateRoutes } from './federation-templates.ts'
import { federationTestRoutes } from './federation-test.ts'
import { firstUserRoutes } from './first-user.ts'
import { healthRoutes } from './health.ts'
import { homeRoutes } from './home.ts'
import { installationSettingsRoutes } from './installation-settings.ts'
import { issuerRecordRoutes } from './issuer-records.ts'
import { logRoutes } from './logs.ts'
import { metricsRoutes } from './metrics.ts'
import { oauthRoutes } from './oauth.ts'
import { organizationMemberRoutes } from './organization-members.ts'
import { organizationRoutes } from './organizations.ts'
import { ownPasswordRoutes } from './own-password.ts'
import { ownSessionRoutes } from './own-sessions.ts'
import { providerSessionRoutes } from './provider-session.ts'
import { publicKeyRoutes } from './public-keys.ts'
import { registryRoutes } from './registry.ts'
import { registryFormRoutes } from './registry-form.ts'
import { repositoryRoutes } from './repositories.ts'
import { repositoryPermissionRoutes } from './repository-permissions.ts'
import { repositoryTeamPermissionRoutes } from './repository-team-permissions.ts'
import { retiredNameRoutes } from './retired-names.ts'
import { robotAgeRoutes } from './robot-ages.ts'
import { robotApiTokenRoutes } from './robot-api-tokens.ts'
import { robotCreationRoutes } from './robot-creation.ts'
import { robotCredentialsRoutes } from './robot-credentials.ts'
import { robotFederationRoutes } from './robot-federation.ts'
import { robotListRoutes } from './robot-lists.ts'
import { organizationRobots, userRobots } from './robot-owners.ts'
import { robotPolicyRoutes } from './robot-policy.ts'
import { robotSecretRoutes } from './robot-secrets.ts'
import { robotTokenIntrospectionRoutes } from './robot-token-introspection.ts'
import { robotRoutes } from './robots.ts'
import { robotsAtOnceRoutes } from './robots-at-once.ts'
import { sessionRoutes } from './session.ts'
import { superuserRoutes } from './superuser.ts'
import { superuserSessionRoutes } from './superuser-sessions.ts'
import { teamListRoutes } from './team-lists.ts'
import { teamRoutes } from './teams.ts'
import { tokenExchangeRoutes } from './token-exchange.ts'
import { userTokenRoutes } from './user-tokens.ts'
import { userRoutes } from './users.ts'
import { webhookDeliveryRoutes } from './webhook-deliveries.ts'
import { installationWebhooks, organizationWebhooks } from './webhook-owners.ts'
import { webhookRoutes } from './webhooks.ts'

/** The table of contents: every route of the service. */
export async function registerRoutes(
  app: FastifyInstance,
  config: Config,
  services: Services,
  metrics: Metrics | undefined,
  version: string,
) {
  const profile = PROFILES[config.apiProfile]
  describeRefusals(app)

  // /api/v1/user/robots…, /api/v1/organization/{orgname}/robots…, and …/robot-ages, …/robot-changes, …/robot-deletions of both
  for (const owners of [userRobots(profile), organizationRobots(profile)]) {
    const { prefix } = owners
    await app.register(robotListRoutes, { prefix, owners, ...services })
    await app.register(robotAgeRoutes, { prefix, owners, ...services })
    await app.register(robotRoutes, { prefix, owners, ...services })
    await app.register(robotCreationRoutes, { prefix, owners, ...services })
    await app.register(robotsAtOnceRoutes, { prefix, owners, ...services })
    await app.register(robotSecretRoutes, { prefix, owners, profile, ...services })
    await app.register(robotFederationRoutes, { prefix, owners, ...services })
    await app.register(federationEntryRoutes, { prefix, owners, ...services })
    await app.register(federationTestRoutes, { prefix, owners, ...services })
    await app.register(robotCredentialsRoutes, { prefix, owners, ...services })
    if (config.policy.robotApiTokens) {
      await app.register(robotApiTokenRoutes, { prefix, owners, ...services })
    }
  }

  // /api/v1/user/tokens…, /api/v1/superuser/users/{username}/tokens…
  await app.register(userTokenRoutes, services)

  // /api/v1/user/
  await app.register(userRoutes, services)

  // /api/v1/user/password
  await app.register(ownPasswordRoutes, services)

  // /api/v1/session…, /api/v1/user/sessions…
  await app.register(sessionRoutes, { ...services, config })
  await app.register(providerSessionRoutes, { ...services, publicUrl: config.publicUrl })
  await app.register(ownSessionRoutes, services)

  // /api/v1/superuser/users/{username}/sessions…
  await app.register(superuserSessionRoutes, services)

  // /api/v1/user/initialize
  await app.register(firstUserRoutes, { ...services, config })

  // /api/v1/organization/, /api/v1/organization/{orgname}, /api/v1/superuser/organizations/{name}
  await app.register(organizationRoutes, services)

  // /api/v1/organization/{orgname}/team/{teamname}…
  await app.register(teamRoutes, services)

  // /api/v1/organization/{orgname}/teams…
  await app.register(teamListRoutes, services)

  // /api/v1/organization/{orgname}/members…, /api/v1/organization/{orgname}/collaborators
  await app.register(organizationMemberRoutes, services)

  // /api/v1/organization/{orgname}/prototypes…
  await app.register(defaultPermissionRoutes, services)

  // /api/v1/organization/{orgname}/access
  await app.register(effectiveAccessRoutes, services)

  // /api/v1/organization/{orgname}/robot-policy
  await app.register(robotPolicyRoutes, services)

  // /api/v1/organization/{orgname}/issuers…
  await app.register(issuerRecordRoutes, services)

  // /api/v1/organization/{orgname}/webhooks…, /api/v1/superuser/webhooks…
  for (const owners of [organizationWebhooks, installationWebhooks]) {
    const { prefix } = owners
    await app.register(webhookRoutes, { prefix, owners, ...services })
    await app.register(webhookDeliveryRoutes, { prefix, owners, ...services })
  }

  // /api/v1/federation/templates…
  const { robotTokenTtl } = config
  await app.register(federationTemplateRoutes, { audience: config.policy.audience, robotTokenTtl })

  // /api/v1/repository, /api/v1/repository/{repository}…
  await app.register(repositoryRoutes, services)
  await app.register(repositoryPermissionRoutes, services)
  await app.register(repositoryTeamPermissionRoutes, services)

  // /api/v1/superuser/users/…, /api/v1/superuser/organizations/
  await app.register(superuserRoutes, services)

  // /api/v1/{user,organization/{orgname},superuser}/attention
  await app.register(attentionRoutes, services)

  // /api/v1/superuser/robots
  await app.register(allRobotsRoutes, services)

  // /api/v1/superuser/settings
  await app.register(installationSettingsRoutes, { config, version })

  // /api/v1/superuser/retired-names…
  await app.register(retiredNameRoutes, services)

  // /api/v1/entities/{prefix}, /api/v1/users/{username}
  await app.register(entityRoutes, { entities: services.entities })

  // /api/v1/{user,organization/{orgname},repository/{repository},superuser}/{logs,aggregatelogs}
  await app.register(logRoutes, { logs: services.logs })

  // /api/v1/organization/{orgname}/applications…, /api/v1/app/{client_id}
  await app.register(applicationRoutes, services)
  await app.register(applicationTokenRoutes, services)

  // /api/v1/user/apptoken…
  await app.register(appTokenRoutes, services)

  // /oauth/…, /.well-known/oauth-authorization-server
  await app.register(oauthRoutes, {
    ...services,
    publicUrl: config.publicUrl,
    tokenExchange: config.policy.robotApiTokenExchange,
  })

  // /oauth2/federation/robot/token, /oauth2/federation/audience
  await app.register(federationExchangeRoutes, {
    exchange: services.exchange,
    audience: config.policy.audience,
    publicUrl: config.publicUrl,
  })

  // /sts/token
  if (config.policy.robotApiTokenExchange) await app.register(tokenExchangeRoutes, services)

  // /oauth2/federation/robot/introspect
  await app.register(robotTokenIntrospectionRoutes, {
    introspection: services.introspection,
    publicUrl: config.publicUrl,
  })

  // /v2/, /v2/auth
  const registry = {
    login: services.registryLogin,
    tokens: services.registryTokens,
    publicUrl: config.publicUrl,
    service: config.registryService,
  }
  await app.register(registryRoutes, registry)
  await app.register(registryFormRoutes, registry)

  // /health/…, /live, /ready
  await app.register(healthRoutes, { health: services.health })

  // /.well-known/jwks.json, /.well-known/registry-ca.pem
  await app.register(publicKeyRoutes, services)

  // /api/v1/error/{error_type}, /openapi.json, /api/v1/discovery
  await app.register(apiDescriptionRoutes, { publicUrl: config.publicUrl })

  // /
  await app.register(homeRoutes, { version, docs: config.docs })

  // /metrics
  await app.register(metricsRoutes, {
    throttle: services.throttle,
    metrics,
    metricsToken: config.metricsToken,
  })
}
