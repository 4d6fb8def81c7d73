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

/** What `quay-robots apply` reads from a file. @throws where it would refuse it */
export const documentOfFile = (text: string) => OrganizationDocumentSchema.parse(parse(text))

/** The entries that it reads for a robot. */
export const entriesOfFile = (text: string, robot: string) =>
  documentOfFile(text).robots?.[robot]?.federation
