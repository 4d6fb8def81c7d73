import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import { PROFILES } from '../domain/profile.ts'
import type { Services } from '../services.ts'
import { federationExchangeRoutes } from './federation-exchange.ts'
import { organizationRoutes } from './organizations.ts'
import { registryRoutes } from './registry.ts'
import { registryFormRoutes } from './registry-form.ts'
import { robotFederationRoutes } from './robot-federation.ts'
import { organizationRobots, userRobots } from './robot-owners.ts'
import { robotTokenIntrospectionRoutes } from './robot-token-introspection.ts'
import { robotRoutes } from './robots.ts'
import { serviceRoutes } from './service.ts'
import { userRoutes } from './users.ts'

/** The table of contents: every route of the service. */
export async function registerRoutes(app: FastifyInstance, config: Config, services: Services) {
  const profile = PROFILES[config.apiProfile]

  // /api/v1/user/robots…, /api/v1/organization/{orgname}/robots…
  for (const owners of [userRobots(profile), organizationRobots(profile)]) {
    const { prefix } = owners
    await app.register(robotRoutes, { prefix, owners, profile, robots: services.robots })
    await app.register(robotFederationRoutes, { prefix, owners, federation: services.federation })
  }

  // /api/v1/user/, /api/v1/user/initialize
  await app.register(userRoutes, services)

  // /api/v1/organization/, /api/v1/organization/{orgname}
  await app.register(organizationRoutes, services)

  // /oauth2/federation/robot/token
  await app.register(federationExchangeRoutes, { exchange: services.exchange, profile })

  // /oauth2/federation/robot/introspect
  await app.register(robotTokenIntrospectionRoutes, {
    introspection: services.introspection,
    profile,
    publicUrl: config.publicUrl,
  })

  // /v2/, /v2/auth
  const registry = {
    login: services.registryLogin,
    tokens: services.registryTokens,
    profile,
    publicUrl: config.publicUrl,
    service: config.registryService,
  }
  await app.register(registryRoutes, registry)
  await app.register(registryFormRoutes, registry)

  // /health/…, /.well-known/…, /api/v1/error/{error_type}, /openapi.json, /api/v1/discovery
  await app.register(serviceRoutes, { ...services, publicUrl: config.publicUrl })
}
