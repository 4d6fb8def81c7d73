import { parse } from 'yaml'
import { OrganizationDocumentSchema } from '../../src/apply/organization-document.ts'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { sampleEntry } from '../../src/domain/federation-template.ts'
import { FEDERATION_TEMPLATES } from '../../src/domain/federation-templates.ts'

/** An entry as it is sent. */
export type SentEntry = {
  [Key in keyof FederationEntry]: Exclude<FederationEntry[Key], undefined>
}

const sent = (entry: FederationEntry): SentEntry => JSON.parse(JSON.stringify(entry))

/** By template, with placeholders. */
export const SAMPLE_ENTRIES: Readonly<Record<string, SentEntry>> = Object.fromEntries(
  FEDERATION_TEMPLATES.map((one) => [one.name, sent(sampleEntry(one))]),
)

/** The entries that `quay-robots apply` reads for a robot from a file. */
export const entriesOfFile = (text: string, robot: string) =>
  OrganizationDocumentSchema.parse(parse(text)).robots?.[robot]?.federation
