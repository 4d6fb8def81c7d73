import { modelRefused, ServiceError } from './errors.ts'

/** How much there may be at most, whatever the operator allows; `config/limits-section.ts` has what the operator sets. */
export const MOST = {
  /** Of an organization. */
  applications: 1000,
  /** App specific tokens of a user. */
  appTokens: 1000,
  /** Tokens of users that an application has. */
  applicationTokens: 1000,
  /** API tokens in all that act as one user: ending a token ends, in one transaction, all that were made with it. */
  userTokens: 10_000,
  /** Tokens that an application has got with its client secret. */
  clientTokens: 10_000,
  /** Of an organization: all of them are given in each new repository. */
  defaultPermissions: 1000,
  /** Of an organization. A token is tried with the keys of as many at most: each costs time. */
  issuerRecords: 20,
  /** Of an organization, and of the installation: each event is written once for each. */
  webhooks: 20,
  /** Of a robot. */
  federationEntries: 200,
} as const

/** Of the federation entries of a robot together (bytes of JSON): as much as the list that replaces them may have. */
export const MOST_ENTRY_BYTES = 1_048_576

type Fixed = keyof typeof MOST

/** Seconds after which an application with too many tokens may try again: some may have expired. */
const RETRY_AFTER = 60

const REFUSALS = {
  applications: `Application limit reached: an organization can have ${MOST.applications} applications`,
  appTokens: `Token limit reached: a user can have ${MOST.appTokens} tokens`,
  applicationTokens: `Token limit reached: an application can have ${MOST.applicationTokens} tokens`,
  userTokens: `Token limit reached: a user can have ${MOST.userTokens} tokens`,
  defaultPermissions: `Limit reached: an organization can have ${MOST.defaultPermissions} default permissions`,
  issuerRecords: `Limit reached: an organization can have ${MOST.issuerRecords} issuer records`,
  webhooks: `Limit reached: an organization, and the installation, can have ${MOST.webhooks} webhooks`,
  federationEntries: `Limit reached: a robot can have ${MOST.federationEntries} federation entries`,
}

/**
 * Whether there may be one more.
 *
 * @param count how many there are; more than the most need not be counted
 * @throws {ServiceError} as `assertAtMost`
 */
export const assertOneMore = (what: Fixed, count: number) => assertAtMost(what, count + 1)

/** @throws {ServiceError} `model_refused`; of client tokens, which programs get, `rate_limited` */
export function assertAtMost(what: Fixed, count: number) {
  if (count <= MOST[what]) return
  if (what !== 'clientTokens') throw modelRefused(REFUSALS[what])
  throw new ServiceError('rate_limited', 'Too many tokens are alive', { retryAfter: RETRY_AFTER })
}
