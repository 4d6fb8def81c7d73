import { availableParallelism } from 'node:os'
import type { z } from 'zod'
import type { AllowedHosts } from '../domain/allowed-hosts.ts'
import type { ProfileName } from '../domain/api-profile.ts'
import { isFirstUserFree } from '../domain/first-user.ts'
import { isLoopback } from '../domain/local-hosts.ts'
import type { Nat64Prefix } from '../domain/nat64.ts'
import { readConfigFile } from './file.ts'
import type { FileSettings } from './file-schema.ts'
import { isGiven, readVariable, type Variables } from './secret-files.ts'
import { type Environment, EnvironmentSchema, VARIABLE_NAMES } from './variables.ts'

/** Everything an operator can choose, parsed once and passed as a value. */
export interface Config {
  databaseUrl: string | undefined
  databasePoolSize: number
  /** Processes that serve the port together. */
  workers: number
  /** Whether statements may be prepared by name; not behind a pooler that loses them. */
  databasePreparedStatements: boolean
  dataDir: string
  host: string
  port: number
  /** Most requests at work at a time. */
  maxRequests: number
  /** How long requests are still taken after SIGTERM. */
  drainSeconds: number
  /** The bearer token for `/metrics`; undefined: there are no metrics. */
  metricsToken: string | undefined
  /** Whether there is a page to browse the API. */
  docs: boolean
  /** Whether there is a console at `/`, where it was built. */
  console: boolean
  /** Without a trailing slash. */
  publicUrl: string
  trustedProxies: string[]
  /** Unset with the embedded database, which keeps a key of its own, and for commands that open no secret. */
  secretKey: Buffer | undefined
  previousSecretKeys: Buffer[]
  apiProfile: ProfileName
  /** Whether all callers are expected on this machine. */
  clientsAreLocal: boolean
  userInitialize: boolean
  superusersFullAccess: boolean
  robotsDisallow: boolean
  createRepositoryOnPush: boolean
  tokenIssuer: string
  registryService: string
  /** `host[:port]` */
  registryHost: string
  robotTokenTtl: number
  registryTokenTtl: number
  signingKeyMaxAge: number
  /** Undefined: the audit log is kept for ever. */
  logRetentionDays: number | undefined
  oidcAllowedHosts: AllowedHosts | undefined
  oidcNat64Prefixes: Nat64Prefix[]
  logLevel: Environment['LOG_LEVEL']
  /** For each namespace (organizations: for each user); infinite without a limit. The lifetime of tokens is in seconds. */
  limits: FileSettings['limits']
  names: FileSettings['names']
  policy: FileSettings['policy'] & { audience: string }
  issuers: FileSettings['issuers']
  webhooks: FileSettings['webhooks']
  signIn: FileSettings['sign_in']
}

/** Environment or file cannot be used; the message names every bad setting and is meant for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Parses the environment, and the file that `CONFIG_FILE` names.
 *
 * @param needsSecretKey false: `SECRET_KEY` may be missing with `DATABASE_URL`
 * @throws {ConfigError} one message for all that is wrong
 */
export function loadConfig(
  variables: Variables,
  { needsSecretKey = true }: { needsSecretKey?: boolean } = {},
): Config {
  const problems: string[] = []
  const input: Variables = {}
  for (const name of VARIABLE_NAMES) input[name] = readVariable(name, variables, problems)

  const parsed = EnvironmentSchema.safeParse(input)
  if (!parsed.success) problems.push(...parsed.error.issues.map(describeIssue))
  const lacksKey = input.DATABASE_URL !== undefined && !isGiven('SECRET_KEY', variables)
  if (needsSecretKey && lacksKey) {
    problems.push('SECRET_KEY: required with DATABASE_URL; make one with: openssl rand -base64 32')
  }
  const isShared = parsed.data?.WORKERS !== undefined && parsed.data.WORKERS !== 1
  if (isShared && input.DATABASE_URL === undefined) {
    problems.push('WORKERS: only with DATABASE_URL; the embedded database has one process')
  }
  const file = readConfigFile(input.CONFIG_FILE, problems)
  if (!parsed.success || file === undefined || problems.length > 0) {
    const lines = [...new Set(problems)].map((problem) => `\n  ${problem}`)
    throw new ConfigError(`The configuration cannot be used:${lines.join('')}`)
  }
  return complete(parsed.data, file)
}

const describeIssue = (issue: z.core.$ZodIssue) => `${issue.path[0] as string}: ${issue.message}`

function complete(env: Environment, file: FileSettings): Config {
  const { sign_in: signIn, ...settings } = file
  const publicUrl = env.PUBLIC_URL ?? `http://${publicHost(env.HOST)}:${env.PORT}`
  const registryService = env.REGISTRY_SERVICE ?? new URL(publicUrl).host
  return Object.freeze({
    databaseUrl: env.DATABASE_URL,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    workers: workersOf(env),
    databasePreparedStatements: env.DATABASE_PREPARED_STATEMENTS,
    dataDir: env.DATA_DIR,
    host: env.HOST,
    port: env.PORT,
    maxRequests: env.MAX_REQUESTS,
    drainSeconds: env.DRAIN_SECONDS,
    metricsToken: env.METRICS_TOKEN,
    docs: env.DOCS ?? true,
    console: env.CONSOLE ?? true,
    publicUrl,
    trustedProxies: env.TRUSTED_PROXIES ?? [],
    secretKey: env.SECRET_KEY,
    previousSecretKeys: env.SECRET_KEY_PREVIOUS ?? [],
    apiProfile: env.API_PROFILE,
    clientsAreLocal: areClientsLocal(env),
    userInitialize:
      env.USER_INITIALIZE ?? isFirstUserFree(env.DATABASE_URL, env.HOST, areClientsLocal(env)),
    superusersFullAccess: env.SUPERUSERS_FULL_ACCESS ?? false,
    robotsDisallow: env.ROBOTS_DISALLOW ?? false,
    createRepositoryOnPush: env.CREATE_REPOSITORY_ON_PUSH ?? true,
    tokenIssuer: env.TOKEN_ISSUER ?? publicUrl,
    registryService,
    registryHost: env.REGISTRY_HOST ?? registryService,
    robotTokenTtl: env.ROBOT_TOKEN_TTL,
    registryTokenTtl: env.REGISTRY_TOKEN_TTL,
    signingKeyMaxAge: env.SIGNING_KEY_MAX_AGE,
    logRetentionDays: env.LOG_RETENTION_DAYS === 'unlimited' ? undefined : env.LOG_RETENTION_DAYS,
    oidcAllowedHosts: env.OIDC_ALLOWED_HOSTS,
    oidcNat64Prefixes: env.OIDC_NAT64_PREFIXES ?? [],
    logLevel: env.LOG_LEVEL,
    ...settings,
    signIn,
    policy: { ...file.policy, audience: file.policy.audience ?? publicUrl },
  })
}

const workersOf = ({ WORKERS }: Environment) =>
  WORKERS === 'auto' ? Math.max(1, availableParallelism() - 1) : WORKERS

/** Whether neither the server's address nor a proxy lets callers on other machines in. */
const areClientsLocal = ({ HOST, PUBLIC_URL, TRUSTED_PROXIES }: Environment) =>
  isLoopback(PUBLIC_URL === undefined ? HOST : new URL(PUBLIC_URL).hostname) &&
  TRUSTED_PROXIES === undefined

/** A wildcard listening address is no address to send clients to. */
function publicHost(host: string) {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
