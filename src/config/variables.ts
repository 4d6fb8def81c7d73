import { z } from 'zod'
import { parseSecretKey } from '../crypto/secret-key.ts'
import { parseAllowedHosts } from '../domain/allowed-hosts.ts'
import { parseNat64Prefix } from '../domain/nat64.ts'
import { REGISTRY_TOKEN_SECONDS } from '../domain/registry-token-life.ts'
import { ROBOT_TOKEN_SECONDS } from '../domain/robot-token-life.ts'
import { SIGNING_SECONDS } from '../domain/signing-key-life.ts'
import { orIssue } from './or-issue.ts'

const boolean = z.stringbool('must be true or false')
const flag = (fallback: string) => boolean.optional().meta({ default: fallback })
function wholeNumber(min: number, max: number, orElse = '') {
  const rule = `must be a whole number from ${min} to ${max}${orElse}`
  return z.coerce.number(rule).int(rule).min(min, rule).max(max, rule)
}
const integer = (min: number, max: number, fallback: number) =>
  wholeNumber(min, max).default(fallback)
const chosen = ({ least, most, usual }: { least: number; most: number; usual: number }) =>
  integer(least, most, usual)
const list = z.string().transform((text) => text.split(/[\s,]+/).filter((item) => item !== ''))

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .refine((text) => !/[?#]/.test(text), 'must have no query and no fragment')
  .refine((text) => !/^\w+:\/*[^/]*@/.test(text), 'must have no user name and no password')
  .transform((text) => new URL(text).href.replace(/\/+$/, ''))

const ADDRESSES = 'must be IP addresses and CIDR ranges, separated by commas or spaces'
const addresses = z.array(
  z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: ADDRESSES }),
)

const secretKey = z.string().transform(orIssue(parseSecretKey))

/**
 * The environment, variable by variable. `description` and the metadata also make the table in docs/configuration.md:
 * `default` words a default that is computed, `secret` variables can be given as `NAME_FILE` too.
 */
export const EnvironmentSchema = z.object({
  CONFIG_FILE: z
    .string()
    .optional()
    .describe('YAML file of [limits and rules of names](#the-configuration-file)')
    .meta({ default: 'no file' }),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' })
    .optional()
    .describe('PostgreSQL server; unset: embedded PGlite in `DATA_DIR`')
    .meta({ secret: true }),
  DATABASE_POOL_SIZE: integer(1, 500, 10).describe('connections to the PostgreSQL server'),
  DATABASE_PREPARED_STATEMENTS: boolean
    .default(true)
    .describe(
      '`false` behind [a pooler](operations.md#pgbouncer) in transaction mode that loses prepared statements',
    ),
  DATA_DIR: z
    .string()
    .min(1)
    .default('./data')
    .describe('folder of the embedded database and its generated key'),
  HOST: z
    .union([z.ipv4(), z.ipv6(), z.hostname()], {
      error: 'must be an IP address (IPv6 without brackets) or a host name',
    })
    .default('127.0.0.1')
    .describe('address to listen on (the image: `0.0.0.0`)'),
  PORT: integer(1, 65_535, 8080).describe('port to listen on'),
  WORKERS: z
    .union([z.literal('auto'), wholeNumber(1, 64, ', or auto')], {
      error: 'must be a whole number from 1 to 64, or auto',
    })
    .default(1)
    .describe(
      'processes that share the port, with PostgreSQL alone; `auto`: one less than there are processors',
    ),
  MAX_REQUESTS: integer(10, 100_000, 500).describe(
    'concurrent requests; more are answered 503 at once',
  ),
  DRAIN_SECONDS: integer(0, 60, 1).describe(
    'on SIGTERM, seconds that requests are still taken while `/ready` answers 503',
  ),
  METRICS_TOKEN: z
    .string()
    .regex(/^[!-~]{16,}$/, 'must have 16 characters or more, and no spaces')
    .optional()
    .describe('Bearer token that opens `/metrics`')
    .meta({ secret: true, default: 'no metrics' }),
  DOCS: flag('`true`').describe('the page `/docs` to browse the API'),
  CONSOLE: flag('`true`').describe('the console at `/`, for people with a browser'),
  PUBLIC_URL: baseUrl
    .optional()
    .describe('base URL as clients see it')
    .meta({ default: 'from `HOST` and `PORT`' }),
  TRUSTED_PROXIES: list
    .pipe(addresses)
    .optional()
    .describe('addresses or CIDRs of reverse proxies whose `X-Forwarded-For` is believed'),
  SECRET_KEY: secretKey
    .optional()
    .describe('base64 of 32 random bytes: encrypts stored secrets and keys their digests')
    .meta({ secret: true, default: 'required with `DATABASE_URL`; else `DATA_DIR/secret.key`' }),
  SECRET_KEY_PREVIOUS: list
    .pipe(z.array(secretKey))
    .optional()
    .describe('older keys, comma-separated, that may still decrypt')
    .meta({ secret: true }),
  API_PROFILE: z
    .enum(['documented', 'live'])
    .default('documented')
    .describe("status codes of Quay's published document, or of a running Quay"),
  USER_INITIALIZE: flag(
    '`true` with the embedded database where only this machine can ask, else `false`',
  ).describe('allow `POST /api/v1/user/initialize` on an empty database'),
  SUPERUSERS_FULL_ACCESS: flag('`false`').describe('superusers manage every organization'),
  ROBOTS_DISALLOW: flag('`false`').describe('no new robots, and no robot may log in'),
  CREATE_REPOSITORY_ON_PUSH: flag('`true`').describe(
    'a push creates a missing repository where the caller may create repositories',
  ),
  TOKEN_ISSUER: z
    .string()
    .min(1)
    .optional()
    .describe('`iss` of issued robot and registry tokens')
    .meta({ default: '`PUBLIC_URL`' }),
  REGISTRY_SERVICE: z
    .string()
    .min(1)
    .regex(/^[!#-[\]-~]+$/, 'must be ASCII without quotes, backslashes or spaces')
    .optional()
    .describe('`aud` of issued robot and registry tokens')
    .meta({ default: 'host of `PUBLIC_URL`' }),
  REGISTRY_HOST: z
    .string()
    .regex(/^([a-zA-Z\d][\w.-]*|\[[\da-fA-F:.]+\])(:\d{1,5})?$/, 'must be HOST or HOST:PORT')
    .optional()
    .describe('`host[:port]` of the registry as clients log in to it; used in exported credentials')
    .meta({ default: '`REGISTRY_SERVICE`' }),
  ROBOT_TOKEN_TTL: chosen(ROBOT_TOKEN_SECONDS).describe(
    'seconds that a federated robot token lives; registries take it until a minute before its end',
  ),
  REGISTRY_TOKEN_TTL: chosen(REGISTRY_TOKEN_SECONDS).describe(
    'seconds that a registry token lives',
  ),
  SIGNING_KEY_MAX_AGE: chosen(SIGNING_SECONDS).describe(
    'seconds after which a new signing key is made',
  ),
  LOG_RETENTION_DAYS: z
    .union([z.literal('unlimited'), wholeNumber(1, 36_500, ', or unlimited')], {
      error: 'must be a whole number from 1 to 36500, or unlimited',
    })
    .default(365)
    .describe('days after which entries of the audit log are deleted; `unlimited`: never'),
  OIDC_ALLOWED_HOSTS: list
    .transform(orIssue(parseAllowedHosts))
    .optional()
    .describe('hosts or CIDRs of private issuers that may be contacted, also over http')
    .meta({ default: 'none' }),
  OIDC_NAT64_PREFIXES: list
    .transform(orIssue((prefixes) => prefixes.map(parseNat64Prefix)))
    .optional()
    .describe(
      'IPv6 prefixes by which this network reaches IPv4, beside `64:ff9b::/96`: issuers behind them are judged by their IPv4 address',
    )
    .meta({ default: 'none' }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('pino level'),
})

export type Environment = z.output<typeof EnvironmentSchema>
export type VariableName = keyof Environment

/** What the schema says of one variable, for the generated table and for `NAME_FILE`. */
export function describeVariable(name: VariableName) {
  const meta = EnvironmentSchema.shape[name].meta() ?? {}
  return {
    name,
    description: meta.description ?? '',
    secret: meta.secret === true,
    default: meta.default as string | undefined,
  }
}

export const VARIABLE_NAMES = Object.keys(EnvironmentSchema.shape) as VariableName[]
