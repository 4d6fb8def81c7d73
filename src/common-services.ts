import { randomBytes } from 'node:crypto'
import type { Config } from './config/config.ts'
import { createKeyring } from './crypto/keyring.ts'
import { createNewIds } from './crypto/new-ids.ts'
import { createPasswords } from './crypto/passwords.ts'
import type { Db } from './db/types.ts'
import { createBoundsOf } from './domain/policy-bounds.ts'
import { createPolicyOf } from './domain/robot-policy.ts'
import { createTelemetry } from './domain/telemetry.ts'
import { createNamespaceAccess } from './services/access/namespace-access.ts'
import { createNamespaceLimits } from './services/access/namespace-limits.ts'
import { createAccountNames } from './services/accounts/account-names.ts'
import { createDeletionRemains } from './services/accounts/deletion-remains.ts'
import { createRetiredNames } from './services/accounts/retired-names.ts'
import { createAppTokenSecrets } from './services/applications/app-token-secrets.ts'
import { createClientSecrets } from './services/applications/client-secrets.ts'
import { createAuditLog } from './services/audit/audit-log.ts'
import { createIssuerFailures } from './services/audit/issuer-failures.ts'
import { createLoginFailures } from './services/audit/login-failures.ts'
import { createLoginSuccesses } from './services/audit/login-successes.ts'
import { createRepeatedEntries } from './services/audit/repeated-entries.ts'
import { createReveals } from './services/audit/reveals.ts'
import { createBackground } from './services/background.ts'
import { createRegistryAuthority } from './services/keys/registry-authority.ts'
import { createBelongings } from './services/lists/belongings.ts'
import { createLongLists } from './services/lists/long-lists.ts'
import { createLoginThrottle } from './services/logins/login-throttle.ts'
import { createRobotSecrets } from './services/robots/robot-secrets.ts'
import { createSecretReplacement } from './services/robots/secret-replacement.ts'
import { createShownSecrets } from './services/robots/shown-secrets.ts'
import { createWebhookSecrets } from './services/webhooks/webhook-secrets.ts'
import type { Surroundings } from './surroundings.ts'

/** The configuration once the secret key is known, which the embedded database keeps itself. */
export type ServiceConfig = Config & { secretKey: Buffer }

export type CommonServices = ReturnType<typeof createCommonServices>

/** What services are made with; each takes what it names. */
export function createCommonServices(
  config: ServiceConfig,
  db: Db,
  { clock = () => new Date(), passwordCost, onBackgroundError = () => {}, peers }: Surroundings,
) {
  const keyring = createKeyring(
    { current: config.secretKey, previous: config.previousSecretKeys },
    randomBytes,
  )
  const newId = createNewIds({ clock, randomBytes })
  const policyOf = createPolicyOf({
    ...config.policy,
    robotsMax: Math.min(config.policy.robotsMax, config.limits.robots),
  })
  const basics = {
    ...config,
    ...{ db, keyring, clock, newId, randomBytes, telemetry: createTelemetry() },
    policyOf,
    boundsOf: createBoundsOf(policyOf, config.issuers.named),
  }
  const background = createBackground(onBackgroundError)
  const audit = createAuditLog(basics)
  const secrets = createRobotSecrets(basics)
  const longLists = createLongLists()
  const repeatedEntries = createRepeatedEntries({ ...basics, audit, background })
  return {
    ...basics,
    background,
    audit,
    repeatedEntries,
    reveals: createReveals(repeatedEntries),
    failures: createLoginFailures({ ...basics, audit }),
    issuerFailures: createIssuerFailures({ repeatedEntries, background }),
    loginSuccesses: createLoginSuccesses({ repeatedEntries, background }),
    throttle: createLoginThrottle({ clock, peers }),
    passwords: createPasswords({ cost: passwordCost }),
    longLists,
    belongings: createBelongings({ db, longLists }),
    namespaceLimits: createNamespaceLimits(basics),
    namespaceAccess: createNamespaceAccess(basics),
    accountNames: createAccountNames(basics),
    retiredNames: createRetiredNames({ ...basics, audit }),
    deletionRemains: createDeletionRemains(basics),
    secrets,
    replaceSecret: createSecretReplacement(basics),
    shownSecrets: createShownSecrets({ ...basics, secrets }),
    clientSecrets: createClientSecrets(basics),
    appTokenSecrets: createAppTokenSecrets(basics),
    webhookSecrets: createWebhookSecrets(basics),
    registryAuthority: createRegistryAuthority(basics),
  }
}
