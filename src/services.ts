import { randomBytes } from 'node:crypto'
import type { Config } from './config/config.ts'
import { createKeyring } from './crypto/keyring.ts'
import { createNewIds } from './crypto/new-ids.ts'
import { createPasswords } from './crypto/passwords.ts'
import type { Db } from './db/types.ts'
import { createTelemetry } from './domain/telemetry.ts'
import { createTrust } from './oidc/trust.ts'
import { deleteExpiredTokens } from './queries/used-identity-tokens.ts'
import { createNamespaceAccess } from './services/access/namespace-access.ts'
import { createNamespaceLimits } from './services/access/namespace-limits.ts'
import { createRepositoryAccess } from './services/access/repository-access.ts'
import { createRobotAccess } from './services/access/robot-access.ts'
import { createAccountNames } from './services/accounts/account-names.ts'
import { createDeletedAccounts } from './services/accounts/deleted-accounts.ts'
import { createEntityService } from './services/accounts/entities.ts'
import { createOrganizationAdmin } from './services/accounts/organization-admin.ts'
import { createOrganizationMemberService } from './services/accounts/organization-members.ts'
import { createOrganizationService } from './services/accounts/organizations.ts'
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
import { createIssuerRecords } from './services/federation/issuer-records.ts'
import { createIssuerTrust } from './services/federation/issuer-trust.ts'
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
import { createUpkeep } from './services/upkeep.ts'
import type { Surroundings } from './surroundings.ts'

export type Services = ReturnType<typeof createServices>

/** The configuration once the secret key is known, which the embedded database keeps itself. */
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
  const newId = createNewIds({ clock, randomBytes })
  const keyring = createKeyring(
    { current: config.secretKey, previous: config.previousSecretKeys },
    randomBytes,
  )
  const basics = { ...config, db, keyring, clock, newId, randomBytes, telemetry: createTelemetry() }

  const background = createBackground(onBackgroundError)
  const audit = createAuditLog(basics)
  const repeatedEntries = createRepeatedEntries({ ...basics, audit, background })
  /** What services are made with; each takes what it names. */
  const common = {
    ...basics,
    background,
    audit,
    repeatedEntries,
    reveals: createReveals(repeatedEntries),
    failures: createLoginFailures({ ...basics, audit }),
    throttle: createLoginThrottle(basics),
    passwords: createPasswords({}),
    longLists: createLongLists(),
    namespaceLimits: createNamespaceLimits(basics),
    namespaceAccess: createNamespaceAccess(basics),
    accountNames: createAccountNames(basics),
    deletedAccounts: createDeletedAccounts(basics),
    secrets: createRobotSecrets(basics),
    clientSecrets: createClientSecrets(basics),
    appTokenSecrets: createAppTokenSecrets(basics),
    registryAuthority: createRegistryAuthority(basics),
  }

  const apiTokens = createApiTokenService({ ...common, maxLifetime: config.limits.tokenLifetime })
  const users = createUserService({ ...common, apiTokens })
  const belongings = createBelongings(common)
  const signingKeys = createSigningKeys({
    ...common,
    authority: common.registryAuthority,
    rotateAfterSeconds: config.signingKeyMaxAge,
    tokenLifetimeSeconds: Math.max(config.robotTokenTtl, config.registryTokenTtl),
  })
  const robotTokens = createRobotTokens({
    ...common,
    signingKeys,
    issuer: config.tokenIssuer,
    audience: config.registryService,
    lifetime: config.robotTokenTtl,
  })
  const robotAuthentication = createRobotAuthentication({ ...common, robotTokens })
  const registryLogin = createRegistryLogin({ ...common, apiTokens, robotAuthentication })
  const { identityTokens, issuerSources, issuerStates, ...trust } = createTrust({
    ...basics,
    network: issuerNetwork,
  })
  const issuerTrust = createIssuerTrust({ ...basics, issuerSources })

  return {
    telemetry: basics.telemetry,
    poolUse,
    issuerStates,
    keyring,
    signingKeys,
    registryAuthority: common.registryAuthority,
    throttle: common.throttle,
    apiTokens,
    audit,
    users,
    superuserUsers: createSuperuserUserService({ ...common, users }),
    accountNames: common.accountNames,
    deletedAccounts: common.deletedAccounts,
    retiredNames: createRetiredNames(common),
    organizations: createOrganizationService(common),
    entities: createEntityService(basics),
    organizationAdmin: createOrganizationAdmin(common),
    organizationMembers: createOrganizationMemberService({ ...common, belongings }),
    teams: createTeamService(common),
    teamMembers: createTeamMemberService(common),
    namespaceAccess: common.namespaceAccess,
    repositoryAccess: createRepositoryAccess(basics),
    robotAccess: createRobotAccess(basics),
    repositories: createRepositoryService(common),
    repositoryPermissions: createRepositoryPermissionService(common),
    defaultPermissions: createDefaultPermissionService(common),
    credentialExport: createCredentialExport(common),
    robots: createRobotService(common),
    robotLists: createRobotLists({ ...common, belongings }),
    issuerRecords: createIssuerRecords(common),
    federation: createFederationService({ ...common, issuerTrust }),
    exchange: createFederationExchange({
      ...common,
      identityTokens,
      issuerTrust,
      robotTokens,
    }),
    usedIdentityTokens: createUpkeep((limit) => deleteExpiredTokens(db, clock(), limit)),
    introspection: createRobotTokenIntrospection({
      ...common,
      apiTokens,
      registryLogin,
      robotTokens,
      robotAuthentication,
    }),
    registryLogin,
    registryTokens: createRegistryTokenService({
      ...common,
      signingKeys,
      pushCreation: createPushCreation(common),
      issuer: config.tokenIssuer,
      service: config.registryService,
      lifetime: config.registryTokenTtl,
    }),
    keyRotation: createKeyRotation({ ...common, signingKeys }),
    applications: createApplicationService(common),
    applicationTokens: createApplicationTokenService({ ...common, apiTokens }),
    userTokens: createUserTokenService(common),
    appTokens: createAppTokenService(common),
    oauth: createOAuthService({ ...common, apiTokens }),
    logs: createLogService(common),
    logRetention: createLogRetention(basics),
    logSize: createLogSize(db),
    repeatedEntries,
    reveals: common.reveals,
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
