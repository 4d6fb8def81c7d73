import { z } from 'zod'
import { abridged } from '../domain/cut-text.ts'
import type { FederationEntry } from '../domain/federation-entry.ts'
import type { Check } from '../domain/federation-verdict.ts'
import { isStorableJson } from '../domain/storable-json.ts'
import { differsAt, differsFromPatternAt } from '../domain/text-difference.ts'
import type { TestInput } from '../services/federation/federation-findings.ts'
import type { TestReport } from '../services/federation/federation-test.ts'
import { text } from './common.ts'
import { WarningSchema } from './federation-entries.ts'
import { strictObject } from './strict-object.ts'

const ClaimsSchema = z
  .record(z.string(), z.unknown())
  .refine((claims) => isStorableJson(claims), 'must be JSON that can be stored')

export const FederationTestSchema = strictObject({
  token: text().optional().describe('An identity token'),
  claims: ClaimsSchema.optional().describe(
    'What one would claim. Neither a signature nor `exp`, `nbf` and `iat` are looked at then, but for `max_token_age`',
  ),
})
  .refine(
    ({ token, claims }) => (token === undefined) !== (claims === undefined),
    'must have either token or claims',
  )
  .meta({
    id: 'FederationTest',
    example: {
      claims: { iss: 'https://token.actions.githubusercontent.com', sub: 'repo:acme/web' },
    },
  })

export const toTestInput = ({
  token,
  claims = {},
}: z.output<typeof FederationTestSchema>): TestInput =>
  token === undefined ? { claims } : { token }

const CheckSchema = z
  .object({
    entry: z.string().describe('Id of the entry that asks for it'),
    check: z.string().describe('Its key; of a claim with the name: `claims.repository_id`'),
    expected: z.unknown().optional(),
    got: z.unknown().optional().describe('Absent: the token has none. What is long is cut'),
    ok: z.boolean(),
    differs_at: z
      .int()
      .optional()
      .describe(
        'Of two texts: how many characters are alike before the first that differs; of a pattern: how much of `got` fits its beginning',
      ),
  })
  .meta({ id: 'FederationCheck' })

const IssuerReportSchema = z
  .object({
    reached: z.boolean().describe('Whether its keys are there'),
    keys: z.int().describe('How many keys for signatures it has'),
    kid: z.string().nullable().describe('Of the token'),
    reason: z
      .string()
      .optional()
      .describe(
        'Why there are no keys; `not_asked`: no entry has this issuer, or too much was asked',
      ),
    message: z.string().optional(),
  })
  .meta({ id: 'FederationIssuerReport' })

export const FederationReportSchema = z
  .object({
    admitted: z.boolean(),
    reason: z.string().optional().describe('Why not: a stable code'),
    message: z.string().optional().describe('The words that a job would get'),
    entry: z
      .string()
      .nullable()
      .describe('Id of the first entry all of whose checks hold, whatever else refuses'),
    checks: z
      .array(CheckSchema)
      .describe(
        'In the order in which they are judged; of an entry for another issuer nothing after that',
      ),
    issuer: IssuerReportSchema,
    warnings: z.array(WarningSchema).describe('Of the entry'),
  })
  .meta({
    id: 'FederationTestReport',
    example: {
      admitted: false,
      reason: 'subject_mismatch',
      message: 'Token does not match robot',
      entry: null,
      checks: [
        {
          entry: '019ad001-6f2e-7c3a-9f0e-2b1c3d4e5f60',
          check: 'subject',
          expected: 'repo:acme/web:ref:refs/heads/main',
          got: 'repo:acme/web:pull_request',
          ok: false,
          differs_at: 14,
        },
      ],
      issuer: { reached: true, keys: 2, kid: 'k1' },
      warnings: [],
    },
  })

export function presentReport(report: TestReport): z.output<typeof FederationReportSchema> {
  const { refusal, entry, judged, issuer, kid, warnings } = report
  return {
    admitted: refusal === undefined,
    ...(refusal && { reason: refusal.code, message: refusal.message }),
    entry: entry?.id ?? null,
    checks: judged.flatMap((one) =>
      one.checks.map((check) => ({ entry: one.entry.id, ...presentCheck(check, one.entry) })),
    ),
    issuer: {
      reached: 'keySet' in issuer,
      keys: 'keySet' in issuer ? issuer.keySet.size : 0,
      kid: typeof kid === 'string' ? shown(kid) : null,
      ...('reason' in issuer && { reason: issuer.reason }),
      ...('message' in issuer && { message: issuer.message }),
    },
    warnings,
  }
}

function presentCheck({ check, expected, got, ok }: Check, entry: FederationEntry) {
  const has = shown(got)
  if (ok) return { check, expected, got: has, ok }
  const isPattern = check === 'subject' && entry.subject_match !== undefined
  const at = isPattern
    ? differsFromPatternAt(entry.subject, String(got).slice(0, MAX_SHOWN))
    : differsAt(expected, got)
  return { check, expected, got: has, ok, ...(at !== undefined && { differs_at: at }) }
}

/** Characters of a claim that are shown: there are many checks, and they may all be of one long claim. */
const MAX_SHOWN = 1000

function shown<Value>(got: Value): Value | string {
  if (got === undefined) return got
  const json = isStorableJson(got) ? JSON.stringify(got) : '…'
  if (json.length <= MAX_SHOWN && json !== '…') return got
  return abridged(typeof got === 'string' ? got : json, MAX_SHOWN)
}
