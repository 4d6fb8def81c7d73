import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Config } from './config/config.ts'
import { createKeyring } from './crypto/keyring.ts'
import { createPasswords } from './crypto/passwords.ts'
import { createRandomPool } from './crypto/random-pool.ts'
import type { Db } from './db/types.ts'
import { createTelemetry } from './domain/telemetry.ts'
import { createTrust } from './oidc/trust.ts'
import { createNamespaceAccess } from './services/access/namespace-access.ts'
import { createNamespaceLimits } from './services/access/namespace-limits.ts'
import { createRepositoryAccess } from './services/access/repository-access.ts'
import { createRobotAccess } from './services/access/robot-access.ts'
import { createAccountNames } from './services/accounts/account-names.ts'
import { createEntityService } from './services/accounts/entities.ts'
import { createOrganizationAdmin } from './services/accounts/organization-admin.ts'
import { createOrganizationMemberService } from './services/accounts/organization-members.ts'
import { createOrganizationService } from './services/accounts/organizations.ts'
import { createRemains } from './services/accounts/remains.ts'
import { createRetiredNames } from './services/accounts/retired-names.ts'
import { createSuperuserUserService } from './services/accounts/superuser-users.ts'
import { createTeamMemberService } from './services/accounts/team-members.ts'
import { createTeamService } from './services/accounts/teams.ts'
import { createUserService } from './services/accounts/users.ts'
import { createApiTokenService } from './services/applications/api-tokens.ts'
import { createAppTokenSecrets } from './services/applications/app-token-secrets.ts'
import { createAppTokenService } from './services/applications/app-tokens.ts'
import { createApplicationTokenService } from './services/applications/application-tokens.ts'
import { createApplicationService } from './services/applications/applications.ts'
import { createClientSecrets } from './services/applications/client-secrets.ts'
import { createOAuthService } from './services/applications/oauth.ts'
import { createUserTokenService } from './services/applications/user-tokens.ts'
import { createAuditLog } from './services/audit/audit-log.ts'
import { createLogRetention } from './services/audit/log-retention.ts'
import { createLogSize } from './services/audit/log-size.ts'
import { createLogService } from './services/audit/logs.ts'
import { createRepeatedEntries } from './services/audit/repeated-entries.ts'
import { createReveals } from './services/audit/reveals.ts'
import { createBackground } from './services/background.ts'
import { createFederationExchange } from './services/federation/federation-exchange.ts'
import { createFederationService } from './services/federation/robot-federation.ts'
import { createRobotTokenIntrospection } from './services/federation/robot-token-introspection.ts'
import { createHealth } from './services/health.ts'
import { createKeyRotation } from './services/keys/key-rotation.ts'
import { createRegistryAuthority } from './services/keys/registry-authority.ts'
import { createSigningKeys } from './services/keys/signing-keys.ts'
import { createBelongings } from './services/lists/belongings.ts'
import { createLongLists } from './services/lists/long-lists.ts'
import { createLoginFailures } from './services/logins/login-failures.ts'
import { createLoginThrottle } from './services/logins/login-throttle.ts'
import { createPushCreation } from './services/registry/push-creation.ts'
import { createRegistryLogin } from './services/registry/registry-login.ts'
import { createRegistryTokenService } from './services/registry/registry-tokens.ts'
import { createDefaultPermissionService } from './services/repositories/default-permissions.ts'
import { createRepositoryService } from './services/repositories/repositories.ts'
import { createRepositoryPermissionService } from './services/repositories/repository-permissions.ts'
import { createCredentialExport } from './services/robots/credential-export.ts'
import { createRobotAuthentication } from './services/robots/robot-authentication.ts'
import { createRobotLists } from './services/robots/robot-lists.ts'
import { createRobotSecrets } from './services/robots/robot-secrets.ts'
import { createRobotTokens } from './services/robots/robot-tokens.ts'
import { createRobotService } from './services/robots/robots.ts'
import type { Surroundings } from './surroundings.ts'

export type Services = ReturnType<typeof createServices>

/** The embedded database's own key is known by now. */
export type ServiceConfig = Config & { secretKey: Buffer }

/** Puts the service together; the only place that knows how its parts hang together. */
export function createServices(
  config: ServiceConfig,
  db: Db,
  {
    clock = () => new Date(),
    issuerNetwork = {},
    onBackgroundError = () => {},
    poolUse = () => ({ used: 0, idle: 0, waiting: 0 }),
  }: Surroundings = {},
) {
  let made = 0
  // The count keeps ids of one millisecond in the order in which they were made.
  const idBytes = createRandomPool(randomBytes)
  const newId = () => v7({ msecs: clock().getTime(), seq: made++ >>> 0, random: idBytes(16) })
  const keyring = createKeyring(
    { current: config.secretKey, previous: config.previousSecretKeys },
    randomBytes,
  )
  const telemetry = createTelemetry()
  const basics = { ...config, db, keyring, clock, newId, randomBytes, telemetry }

  const background = createBackground(onBackgroundError)
  const audit = createAuditLog(basics)
  const repeatedEntries = createRepeatedEntries({ ...basics, audit, background })
  const reveals = createReveals(repeatedEntries)
  const namespaceLimits = createNamespaceLimits(basics)
  const failures = createLoginFailures({ ...basics, audit })
  const throttle = createLoginThrottle(basics)
  const logins = { ...basics, audit, failures, throttle }
  const passwords = createPasswords({})
  const apiTokens = createApiTokenService({
    ...basics,
    audit,
    throttle,
    maxLifetime: config.limits.tokenLifetime,
  })
  const accountNames = createAccountNames(basics)
  const remains = createRemains(basics)
  const users = createUserService({ ...basics, passwords, apiTokens, audit, accountNames })
  const secrets = createRobotSecrets(basics)
  const clientSecrets = createClientSecrets(basics)
  const appTokenSecrets = createAppTokenSecrets(basics)
  const registryAuthority = createRegistryAuthority(basics)
  const signingKeys = createSigningKeys({
    ...basics,
    authority: registryAuthority,
    rotateAfterSeconds: config.signingKeyMaxAge,
    tokenLifetimeSeconds: Math.max(config.robotTokenTtl, config.registryTokenTtl),
  })
  const robotTokens = createRobotTokens({
    ...basics,
    signingKeys,
    issuer: config.tokenIssuer,
    audience: config.registryService,
    lifetime: config.robotTokenTtl,
  })
  const robotAuthentication = createRobotAuthentication({ ...basics, robotTokens })
  const longLists = createLongLists()
  const belongings = createBelongings({ ...basics, longLists })
  const robots = createRobotService({ ...basics, namespaceLimits, secrets, audit, reveals })
  const trust = createTrust({ ...basics, network: issuerNetwork })

  const namespaceAccess = createNamespaceAccess(basics)
  const registryLogin = createRegistryLogin({
    ...basics,
    passwords,
    apiTokens,
    robotAuthentication,
    failures,
    throttle,
    background,
  })

  return {
    telemetry,
    poolUse,
    keyring,
    signingKeys,
    registryAuthority,
    throttle,
    apiTokens,
    audit,
    users,
    superuserUsers: createSuperuserUserService({
      ...basics,
      users,
      passwords,
      audit,
      accountNames,
      remains,
    }),
    accountNames,
    remains,
    retiredNames: createRetiredNames({ ...basics, audit }),
    organizations: createOrganizationService({
      ...basics,
      longLists,
      namespaceLimits,
      audit,
      accountNames,
    }),
    entities: createEntityService(basics),
    organizationAdmin: createOrganizationAdmin({ ...basics, audit, accountNames, remains }),
    organizationMembers: createOrganizationMemberService({
      ...basics,
      longLists,
      belongings,
      audit,
    }),
    teams: createTeamService({ ...basics, longLists, namespaceLimits, audit }),
    teamMembers: createTeamMemberService({ ...basics, audit }),
    namespaceAccess,
    repositoryAccess: createRepositoryAccess(basics),
    robotAccess: createRobotAccess(basics),
    repositories: createRepositoryService({ ...basics, namespaceLimits, longLists, audit }),
    repositoryPermissions: createRepositoryPermissionService({ ...basics, longLists, audit }),
    defaultPermissions: createDefaultPermissionService({ ...basics, longLists, audit }),
    credentialExport: createCredentialExport({ ...basics, secrets, audit }),
    robots,
    robotLists: createRobotLists({ ...basics, secrets, longLists, belongings }),
    federation: createFederationService({ ...basics, audit }),
    exchange: createFederationExchange({
      ...logins,
      identityTokens: trust.identityTokens,
      robotTokens,
    }),
    introspection: createRobotTokenIntrospection({
      ...basics,
      apiTokens,
      registryLogin,
      robotTokens,
      robotAuthentication,
      namespaceAccess,
    }),
    registryLogin,
    registryTokens: createRegistryTokenService({
      ...basics,
      signingKeys,
      pushCreation: createPushCreation({ ...basics, namespaceLimits, audit }),
      repeatedEntries,
      background,
      issuer: config.tokenIssuer,
      service: config.registryService,
      lifetime: config.registryTokenTtl,
    }),
    keyRotation: createKeyRotation({
      ...basics,
      secrets,
      clientSecrets,
      appTokenSecrets,
      signingKeys,
      registryAuthority,
      audit,
    }),
    applications: createApplicationService({ ...basics, clientSecrets, audit, reveals }),
    applicationTokens: createApplicationTokenService({ ...basics, apiTokens, audit }),
    userTokens: createUserTokenService({ ...basics, audit }),
    appTokens: createAppTokenService({ ...basics, appTokenSecrets, audit, reveals }),
    oauth: createOAuthService({ ...logins, apiTokens, clientSecrets }),
    logs: createLogService({ ...basics, longLists }),
    logRetention: createLogRetention(basics),
    logSize: createLogSize(db),
    repeatedEntries,
    reveals,
    health: createHealth({ db, signingKeys }),
    /** Resolves when all that requests have left behind is written. */
    settled: () => background.settled(),
    async close() {
      await repeatedEntries.flush()
      await background.settled()
      await trust.close()
    },
  }
}
