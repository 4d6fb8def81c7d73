import { z } from 'zod'
import { NO_USABLE_KEY, parseKeySet } from '../crypto/key-set.ts'
import { parseDuration } from '../domain/duration.ts'
import { isRecordName, RECORD_NAME_RULE } from '../domain/issuer-record-name.ts'
import { TOKEN_LIFETIME } from '../domain/issuer-record-rules.ts'
import { issuerProblem } from '../domain/issuer-url.ts'
import { parseUrl } from '../domain/parse-url.ts'
import { claimConditions } from './claim-conditions.ts'
import { issuerRoute, withoutNone } from './issuer-route.ts'
import { settings } from './unknown-settings.ts'

const LIFETIME = 'must be a duration from 1m to 366d such as 15m (s, m, h, d, w)'
const JWKS_URI = 'must be an http:// or https:// URL'

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
    context.addIssue({ code: 'custom', message: NO_USABLE_KEY })
    return z.NEVER
  })
  .optional()
  .describe('its keys, a JSON Web Key Set: it is asked for none then')

const IssuerRecord = settings({
  issuer,
  jwks,
  jwks_uri: z
    .string(JWKS_URI)
    .refine((text) => /^https?:/.test(text) && parseUrl(text) !== undefined, JWKS_URI)
    .optional()
    .describe('where its keys are; without, the discovery document says so'),
  max_token_lifetime: z
    .string(LIFETIME)
    .transform((text) => parseDuration(text) ?? 0)
    .refine(
      (seconds) => seconds >= TOKEN_LIFETIME.least && seconds <= TOKEN_LIFETIME.most,
      LIFETIME,
    )
    .optional()
    .describe('longest time from `iat` to `exp` of its tokens'),
  required_claims: claimConditions
    .optional()
    .describe('what all its tokens must claim, as `claims` of an entry'),
  single_use: z
    .boolean('must be true or false')
    .optional()
    .describe('whether each of its tokens can be exchanged once, and no more'),
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
    default: settings(issuerRoute).prefault({}).describe('how all issuers are asked'),
  })
  .catchall(IssuerRecord)
  .superRefine((section, context) => {
    for (const name of Object.keys(section).filter((name) => !isRecordName(name))) {
      context.addIssue({ code: 'custom', path: [name], message: `its name ${RECORD_NAME_RULE}` })
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
