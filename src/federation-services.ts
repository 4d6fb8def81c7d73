import type { CommonServices } from './common-services.ts'
import { PROBE_TIMEOUT } from './oidc/issuer-limits.ts'
import type { OidcServices } from './oidc/oidc-services.ts'
import { countEntriesForAnyAudience } from './queries/federation-entries.ts'
import { deleteExpiredTokens } from './queries/used-identity-tokens.ts'
import { createEntryBatches } from './services/audit/entry-batches.ts'
import { createEntryReview } from './services/federation/entry-review.ts'
import { createEntryStore } from './services/federation/entry-store.ts'
import { createFederatedRobots } from './services/federation/federated-robots.ts'
import { createFederationAdmission } from './services/federation/federation-admission.ts'
import { createFederationEntries } from './services/federation/federation-entries.ts'
import { createFederationExchange } from './services/federation/federation-exchange.ts'
import { createFederationFindings } from './services/federation/federation-findings.ts'
import { createFederationTest } from './services/federation/federation-test.ts'
import { createIdentityPasswords } from './services/federation/identity-passwords.ts'
import { createIdentityProof } from './services/federation/identity-proof.ts'
import { createIssuerProbe } from './services/federation/issuer-probe.ts'
import { createIssuerRecords } from './services/federation/issuer-records.ts'
import { createIssuerTrust } from './services/federation/issuer-trust.ts'
import { createFederationService } from './services/federation/robot-federation.ts'
import { createRobotTokenGrant } from './services/federation/robot-token-grant.ts'
import { createUnnamedRobots } from './services/federation/unnamed-robots.ts'
import { createHourlyWork } from './services/hourly-work.ts'
import type { RobotTokens } from './services/robots/robot-tokens.ts'

interface FederationParts
  extends Pick<OidcServices, 'identityTokens' | 'issuerKeys' | 'issuerSources'> {
  robotTokens: RobotTokens
}

/** The services by which external identities act as robots. */
export function createFederationServices(
  common: CommonServices,
  { identityTokens, issuerKeys, issuerSources, robotTokens }: FederationParts,
) {
  const issuerTrust = createIssuerTrust({ ...common, issuerSources })
  const issuerProbe = createIssuerProbe({ ...common, issuerKeys, timeout: PROBE_TIMEOUT })
  const entryReview = createEntryReview({ ...common, issuerTrust, issuerProbe })
  const entryStore = createEntryStore({ ...common, issuerTrust })
  const proof = createIdentityProof({ ...common, identityTokens, issuerTrust })
  const federatedRobots = createFederatedRobots(common)
  const admissions = {
    ...common,
    proof,
    federatedRobots,
    unnamedRobots: createUnnamedRobots({ ...common, proof, federatedRobots }),
    admission: createFederationAdmission({ ...common, proof }),
    tokenGrant: createRobotTokenGrant({
      ...common,
      robotTokens,
      entryBatches: createEntryBatches(common),
    }),
  }
  return {
    issuerRecords: createIssuerRecords(common),
    federation: createFederationService({ ...common, entryStore }),
    federationEntries: createFederationEntries({ ...common, entryStore, entryReview }),
    entryReview,
    federationTest: createFederationTest({
      ...common,
      findings: createFederationFindings({ ...common, identityTokens, proof }),
      issuerTrust,
      issuerProbe,
      entryReview,
    }),
    exchange: createFederationExchange(admissions),
    identityPasswords: createIdentityPasswords({ ...admissions, issuer: common.tokenIssuer }),
    usedIdentityTokens: createHourlyWork((step) =>
      deleteExpiredTokens(common.db, { ...step, before: common.clock() }),
    ),
    entriesForAnyAudience: () => countEntriesForAnyAudience(common.db),
  }
}
