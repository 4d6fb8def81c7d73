import { createCommonServices, type ServiceConfig } from './common-services.ts'
import { createPasswords } from './crypto/passwords.ts'
import type { Db } from './db/types.ts'
import { createFederationServices } from './federation-services.ts'
import { createMoveInService } from './move-in-services.ts'
import { createOidcServices } from './oidc/oidc-services.ts'
import { findLogSize } from './queries/log-size.ts'
import { createRobotServices } from './robot-services.ts'
import { createRepositoryAccess } from './services/access/repository-access.ts'
import { createAccountDeletion } from './services/accounts/account-deletion.ts'
import { createEntityService } from './services/accounts/entities.ts'
import { createFirstUser } from './services/accounts/first-user.ts'
import { createOrganizationChangeService } from './services/accounts/organization-changes.ts'
import { createOrganizationMemberService } from './services/accounts/organization-members.ts'
import { createOrganizationService } from './services/accounts/organizations.ts'
import { createOwnPassword } from './services/accounts/own-password.ts'
import { createSuperuserUserService } from './services/accounts/superuser-users.ts'
import { createTeamLists } from './services/accounts/team-lists.ts'
import { createTeamMemberService } from './services/accounts/team-members.ts'
import { createTeamService } from './services/accounts/teams.ts'
import { createUserService } from './services/accounts/users.ts'
import { createApiTokenService } from './services/applications/api-tokens.ts'
import { createAppTokenService } from './services/applications/app-tokens.ts'
import { createApplicationTokenService } from './services/applications/application-tokens.ts'
import { createApplicationService } from './services/applications/applications.ts'
import { createOAuthService } from './services/applications/oauth.ts'
import { createUserTokenService } from './services/applications/user-tokens.ts'
import { createLogRetention } from './services/audit/log-retention.ts'
import { createLogService } from './services/audit/logs.ts'
import { createRobotTokenIntrospection } from './services/federation/robot-token-introspection.ts'
import { createHealth } from './services/health.ts'
import { createKeyRotation } from './services/keys/key-rotation.ts'
import { createSigningKeys } from './services/keys/signing-keys.ts'
import { createPasswordLogin } from './services/logins/password-login.ts'
import { createSessions } from './services/logins/sessions.ts'
import { createPushCreation } from './services/registry/push-creation.ts'
import { createRegistryLogin } from './services/registry/registry-login.ts'
import { createRegistryTokenService } from './services/registry/registry-tokens.ts'
import { createAccessChanges } from './services/repositories/access-changes.ts'
import { createDefaultPermissionService } from './services/repositories/default-permissions.ts'
import { createEffectiveAccess } from './services/repositories/effective-access.ts'
import { createRepositoryService } from './services/repositories/repositories.ts'
import { createRepositoryPermissionService } from './services/repositories/repository-permissions.ts'
import { createRoleChanges } from './services/repositories/role-changes.ts'
import { createFederatedCallers } from './services/robots/federated-callers.ts'
import { createRobotAuthentication } from './services/robots/robot-authentication.ts'
import { createRobotCallers } from './services/robots/robot-callers.ts'
import { createRobotTokens } from './services/robots/robot-tokens.ts'
import { createFirstSession } from './services/sign-in/first-session.ts'
import { createSignInServices } from './sign-in-services.ts'
import type { Surroundings } from './surroundings.ts'
import { createWebhookServices } from './webhook-services.ts'

export type Services = ReturnType<typeof createServices>

/** Puts the service together. */
export function createServices(config: ServiceConfig, db: Db, surroundings: Surroundings = {}) {
  const common = createCommonServices(config, db, surroundings)
  const { background, registryAuthority } = common
  const maxLifetime = config.limits.tokenLifetime
  const robotCallers = createRobotCallers(common)
  const users = createUserService(common)
  const signingKeys = createSigningKeys({
    ...common,
    authority: registryAuthority,
    rotateAfterSeconds: config.signingKeyMaxAge,
    tokenLifetimeSeconds: Math.max(config.robotTokenTtl, config.registryTokenTtl),
  })
  const robotTokens = createRobotTokens({
    ...common,
    signingKeys,
    issuer: config.tokenIssuer,
    audience: config.registryService,
  })
  const robotAuthentication = createRobotAuthentication({ ...common, robotTokens, robotCallers })
  const federatedCallers = createFederatedCallers({ ...common, robotTokens, robotAuthentication })
  const apiTokens = createApiTokenService({
    ...common,
    maxLifetime,
    robotCallers,
    federatedCallers,
  })
  const oidc = createOidcServices({
    ...common,
    network: surroundings.issuerNetwork ?? {},
    peers: surroundings.peers,
  })
  const { identityPasswords, ...federation } = createFederationServices(common, {
    ...oidc,
    robotTokens,
  })
  const webhooks = createWebhookServices(common, surroundings)
  const passwordLogin = createPasswordLogin(common)
  // A queue of their own: a crowd of log-ins to the registry does not keep people out of the console.
  const passwords = createPasswords({ concurrency: 1, cost: surroundings.passwordCost })
  const sessions = createSessions({
    ...common,
    passwordLogin: createPasswordLogin({ ...common, passwords }),
  })
  const firstUser = createFirstUser({ ...common, users, apiTokens })
  const teamMembers = createTeamMemberService(common)
  const { close: closeSignIn, ...signIn } = createSignInServices(common, {
    ...{ users, teamMembers, sessions },
    network: surroundings.issuerNetwork ?? {},
  })
  const registryLogin = createRegistryLogin({
    ...common,
    apiTokens,
    passwordLogin,
    robotAuthentication,
    robotTokens,
    identityPasswords,
  })

  const repositoryAccess = createRepositoryAccess(common)
  const roleChanges = createRoleChanges(common)

  const services = {
    telemetry: common.telemetry,
    peers: surroundings.peers,
    poolUse: surroundings.poolUse ?? NO_POOL,
    issuerStates: oidc.issuerStates,
    keyring: common.keyring,
    signingKeys,
    registryAuthority,
    throttle: common.throttle,
    apiTokens,
    passwordLogin,
    sessions,
    audit: common.audit,
    users,
    ownPassword: createOwnPassword({ ...common, passwordLogin }),
    firstUser,
    firstSession: createFirstSession({ ...common, firstUser, sessions }),
    superuserUsers: createSuperuserUserService({ ...common, users }),
    accountNames: common.accountNames,
    deletionRemains: common.deletionRemains,
    retiredNames: common.retiredNames,
    organizations: createOrganizationService(common),
    entities: createEntityService(common),
    accountDeletion: createAccountDeletion(common),
    organizationChanges: createOrganizationChangeService(common),
    organizationMembers: createOrganizationMemberService(common),
    teams: createTeamService(common),
    teamLists: createTeamLists(common),
    teamMembers,
    ...signIn,
    namespaceAccess: common.namespaceAccess,
    repositoryAccess,
    repositories: createRepositoryService(common),
    repositoryPermissions: createRepositoryPermissionService({ ...common, roleChanges }),
    accessChanges: createAccessChanges({ ...common, repositoryAccess, roleChanges }),
    effectiveAccess: createEffectiveAccess(common),
    defaultPermissions: createDefaultPermissionService(common),
    ...createRobotServices(common, federation.federation),
    ...federation,
    ...webhooks,
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
    userTokens: createUserTokenService({ ...common, apiTokens, passwordLogin, maxLifetime }),
    appTokens: createAppTokenService(common),
    oauth: createOAuthService({ ...common, apiTokens }),
    logs: createLogService(common),
    logRetention: createLogRetention(common),
    logSize: () => findLogSize(db),
    repeatedEntries: common.repeatedEntries,
    reveals: common.reveals,
    health: createHealth({ db, signingKeys }),
    /** Resolves when all that requests have left behind is written. */
    settled: () => background.settled(),
    async close() {
      await common.repeatedEntries.flush()
      await background.settled()
      await oidc.close()
      await closeSignIn()
    },
  }
  return { ...services, moveIn: createMoveInService({ ...common, ...services }) }
}

/** Of PGlite, which has no pool. */
const NO_POOL = () => ({ used: 0, idle: 0, waiting: 0 })
