import { z } from 'zod'
import { MOST } from '../domain/fixed-limits.ts'
import { TOKEN_LIFETIME } from '../domain/issuer-record-rules.ts'
import { isStorableJson } from '../domain/storable-json.ts'
import type { IssuerRecord, NewIssuerRecord } from '../services/federation/issuer-records.ts'
import { list } from './bounded.ts'
import { shortText } from './common.ts'
import { ClaimsSchema } from './federation.ts'
import { strictObject } from './strict-object.ts'

const MAX_KEYS = 100

const JwksSchema = z
  .object({
    keys: list(z.record(z.string(), z.unknown()))
      .min(1)
      .max(MAX_KEYS)
      .refine(isStorableJson, 'must be JSON that can be stored'),
  })
  .meta({
    id: 'PublicKeySet',
    description: 'JSON Web Key Set (RFC 7517 §5): the public keys. The issuer is not asked for any',
  })

const RECORD = {
  issuer: shortText(2048).describe('The issuer, exactly as in `iss`'),
  jwks: JwksSchema,
  required_claims: ClaimsSchema.optional().describe(
    'What all its tokens must claim, as `claims` of an entry',
  ),
  max_token_lifetime: z
    .int()
    .min(TOKEN_LIFETIME.least)
    .max(TOKEN_LIFETIME.most)
    .optional()
    .describe('Longest time from `iat` to `exp` of its tokens, in seconds'),
  single_use: z.boolean().optional().describe('Each of its tokens can be exchanged once'),
}

const JWKS = {
  keys: [
    {
      kty: 'EC',
      crv: 'P-256',
      kid: 'k1',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
  ],
}
const EXAMPLE = {
  issuer: 'https://kubernetes.default.svc.cluster.local',
  jwks: JWKS,
  max_token_lifetime: 3600,
}

/** An unknown key may be a condition that is misspelt. */
export const NewIssuerRecordSchema = strictObject(RECORD).meta({
  id: 'NewIssuerRecord',
  example: EXAMPLE,
})

export const toIssuerRecord = (
  posted: z.output<typeof NewIssuerRecordSchema>,
): NewIssuerRecord => ({
  issuer: posted.issuer,
  jwks: posted.jwks,
  requiredClaims: posted.required_claims,
  maxTokenLifetime: posted.max_token_lifetime,
  singleUse: posted.single_use ?? false,
})

const KeySchema = z
  .object({
    kid: z.string().nullable(),
    added_at: z.iso.datetime().describe('When it was first put into the record'),
    age_days: z.int().describe('Whole days since then'),
  })
  .meta({ id: 'IssuerRecordKey' })

const EXAMPLE_ANSWER = {
  name: 'prod-eu',
  ...EXAMPLE,
  keys: [{ kid: 'k1', added_at: '2026-11-23T13:56:36.000Z', age_days: 6 }],
}

export const IssuerRecordSchema = z
  .object({
    name: z.string(),
    ...RECORD,
    keys: z.array(KeySchema).describe('How old the keys are, in the order of `jwks`'),
  })
  .meta({ id: 'IssuerRecord', example: EXAMPLE_ANSWER })

export const IssuerRecordsSchema = z.object({ issuers: z.array(IssuerRecordSchema) }).meta({
  id: 'IssuerRecords',
  description: `By name; at most ${MOST.issuerRecords}`,
  example: { issuers: [EXAMPLE_ANSWER] },
})

/** What a record does not say is absent, as it was put. */
export function presentIssuerRecord(record: IssuerRecord): z.output<typeof IssuerRecordSchema> {
  const { name, issuer, jwks, requiredClaims, maxTokenLifetime, singleUse, keys } = record
  return {
    name,
    issuer,
    jwks,
    ...(requiredClaims !== null && { required_claims: requiredClaims }),
    ...(maxTokenLifetime !== null && { max_token_lifetime: maxTokenLifetime }),
    ...(singleUse && { single_use: true }),
    keys: keys.map(({ kid = null, addedAt, age }) => ({
      kid,
      added_at: addedAt,
      age_days: age,
    })),
  }
}
