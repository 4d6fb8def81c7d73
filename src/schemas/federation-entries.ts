import { z } from 'zod'
import { invalidRequest } from '../domain/errors.ts'
import type { FederationEntry } from '../domain/federation-entry.ts'
import { mergePatch } from '../domain/merge-patch.ts'
import { countedRecord } from './bounded.ts'
import { ownFlag } from './common.ts'
import {
  BESIDES,
  ConditionSchema,
  Dropped,
  ENTRY,
  ENTRY_EXAMPLE,
  entryObject,
  MAX_CLAIMS,
  requiredText,
} from './federation.ts'

export const AddedEntrySchema = entryObject({ ...ENTRY, id: Dropped, ...BESIDES }).meta({
  id: 'AddedFederationEntry',
  example: ENTRY_EXAMPLE,
})

export const DryRunSchema = z.object({
  dry_run: ownFlag(
    false,
    'Whether nothing is to be saved: the answer is what would be, with its warnings, or the refusal',
  ),
})

export const toEntry = ({
  id,
  version,
  warnings,
  isExpanded,
  ...entry
}: z.output<typeof AddedEntrySchema>): FederationEntry => entry

const { issuer, subject, ...optional } = ENTRY

/** RFC 7396 */
export const EntryPatchSchema = entryObject({
  issuer: issuer.optional(),
  subject: subject.optional(),
  ...Object.fromEntries(Object.entries(optional).map(([key, schema]) => [key, schema.nullable()])),
  claims: countedRecord(requiredText(), ConditionSchema.nullable(), 2 * MAX_CLAIMS)
    .nullish()
    .describe('What changes of them: null takes a claim away'),
  id: Dropped,
  ...BESIDES,
}).meta({
  id: 'FederationEntryPatch',
  description: 'JSON merge patch (RFC 7396): keys that are left out stay, null takes a key away',
  example: { description: 'of the web team', max_token_age: null },
})

/** @returns what an entry becomes; throws {ServiceError} `invalid_request` where that is none */
export const toEdit =
  (patch: z.output<typeof EntryPatchSchema>) =>
  (entry: FederationEntry): FederationEntry => {
    const { data, error } = AddedEntrySchema.safeParse(mergePatch(entry, patch))
    if (data) return toEntry(data)
    const problems = error.issues.map(({ path, message }) => `body/${path.join('/')} ${message}`)
    throw invalidRequest(problems.join(', '))
  }

export const WarningSchema = z
  .object({
    code: z.string().describe('Stable; docs/federation.md lists them'),
    message: z.string(),
  })
  .meta({ id: 'FederationEntryWarning' })

const WARNING = {
  code: 'mutable_name',
  message:
    'another may get this name at GitHub once it is given up: have claims pin repository_id or repository_owner_id',
}

const EXAMPLE = {
  id: '019ad001-6f2e-7c3a-9f0e-2b1c3d4e5f60',
  version: 1,
  ...ENTRY_EXAMPLE,
  warnings: [WARNING],
}

export const FederationEntrySchema = z
  .object({
    id: z.uuid().describe('Stays while the entry is changed'),
    version: z.int().describe('Rises with every change of the entry'),
    ...ENTRY,
    warnings: z
      .array(WarningSchema)
      .describe('What had better be otherwise; after a change also whether the issuer answers'),
  })
  .meta({ id: 'StoredFederationEntry', example: EXAMPLE })

export const FederationEntriesSchema = z.object({ entries: z.array(FederationEntrySchema) }).meta({
  id: 'StoredFederationEntries',
  description: 'In the order in which they are tried; at most 200',
  example: { entries: [EXAMPLE] },
})
