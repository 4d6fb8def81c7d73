import { z } from 'zod'
import { parseKeySet } from '../crypto/key-set.ts'
import type { ClaimCondition } from '../domain/claim-conditions.ts'
import { parseDuration } from '../domain/duration.ts'
import { parseGlob } from '../domain/glob.ts'
import { isRecordName } from '../domain/issuer-record.ts'
import { issuerProblem } from '../domain/issuer-url.ts'
import { issuerRoute, NO_PROXY } from './issuer-route.ts'

const LIFETIME = 'must be a duration from 1m to 366d such as 15m (s, m, h, d, w)'
const JWKS_URI = 'must be an http:// or https:// URL'
const LONGEST = 366 * 86_400

const issuer = z
  .string('must be the text of the issuer')
  .superRefine((text, context) => {
    const problem = issuerProblem(text)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })
  .describe('the issuer, exactly as in `iss`')

const jwks = z
  .record(z.string(), z.unknown(), 'must be a JSON Web Key Set')
  .transform((document, context) => {
    const keySet = parseKeySet(document)
    if (keySet?.isUsable()) return keySet
    const message = 'holds no public key for signatures that has a kid'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
  .optional()
  .describe('its keys, a JSON Web Key Set: it is asked for none then')

const CONDITION = 'must be a value, a list of values, or {glob: pattern}'
const value = z.union([z.string(), z.number(), z.boolean()])
const Condition = z.union([value, z.array(value).min(1), z.strictObject({ glob: z.string() })])

function isCondition(input: unknown): boolean {
  const { data } = Condition.safeParse(input)
  if (typeof data !== 'object' || Array.isArray(data)) return data !== undefined
  return !('problem' in parseGlob(data.glob))
}

const requiredClaims = z
  .record(
    z.string(),
    z
      .unknown()
      .refine(isCondition, CONDITION)
      .transform((condition) => condition as ClaimCondition),
    'must hold claims',
  )
  .optional()
  .describe('what all its tokens must claim, as `claims` of an entry')

const IssuerRecord = z
  .strictObject({
    issuer,
    jwks,
    jwks_uri: z
      .string(JWKS_URI)
      .refine((text) => /^https?:/.test(text) && URL.canParse(text), JWKS_URI)
      .optional()
      .describe('where its keys are; without, the discovery document says so'),
    max_token_lifetime: z
      .string(LIFETIME)
      .transform((text) => parseDuration(text) ?? 0)
      .refine((seconds) => seconds >= 60 && seconds <= LONGEST, LIFETIME)
      .optional()
      .describe('longest time from `iat` to `exp` of its tokens'),
    required_claims: requiredClaims,
    single_use: z
      .boolean('must be true or false')
      .optional()
      .describe('whether each of its tokens buys one robot token, and no more'),
    ...issuerRoute,
  })
  .refine((record) => !(record.jwks && record.jwks_uri), 'has jwks and jwks_uri: keep one of them')
  .transform((record) => {
    const { issuer, jwks, jwks_uri, required_claims, max_token_lifetime, single_use, ...route } =
      record
    return {
      issuer,
      keySet: jwks,
      jwksUri: jwks_uri,
      rules: {
        requiredClaims: required_claims,
        maxTokenLifetime: max_token_lifetime,
        singleUse: single_use,
      },
      route,
    }
  })

/** What this server knows of issuers, by name, and how all others are asked. */
export const IssuersSection = z
  .object({
    default: z.strictObject(issuerRoute).prefault({}).describe('how all issuers are asked'),
  })
  .catchall(IssuerRecord)
  .superRefine((section, context) => {
    for (const name of Object.keys(section).filter((name) => !isRecordName(name))) {
      const message = 'must have a name of a-z, 0-9, . _ and -, 63 characters at most'
      context.addIssue({ code: 'custom', path: [name], message })
    }
  })
  .transform(({ default: fallback, ...records }) => ({
    default: withoutNone(fallback),
    named: new Map(
      Object.entries(records).map(([name, record]) => [
        name,
        { ...record, route: withoutNone({ ...fallback, ...record.route }) },
      ]),
    ),
  }))
  .prefault({})
  .describe('Issuers that need more than their own discovery document')

const withoutNone = <Route extends { proxy?: string | undefined }>({ proxy, ...route }: Route) =>
  proxy === undefined || proxy === NO_PROXY ? route : { ...route, proxy }
