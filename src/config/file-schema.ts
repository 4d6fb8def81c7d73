import { z } from 'zod'
import { IssuersSection } from './issuers-section.ts'
import { LimitsSection } from './limits-section.ts'
import { NamesSection } from './names-section.ts'
import { PolicySection } from './policy-section.ts'
import { SignInSection } from './sign-in-section.ts'
import { settings } from './unknown-settings.ts'
import { WebhooksSection } from './webhooks-section.ts'

/**
 * The configuration file: lists and policies, which the environment has no room for. A section is one file beside
 * this one and one line here; its descriptions and defaults also make `docs/configuration.md` and the JSON Schema.
 */
export const FileSchema = settings({
  limits: LimitsSection,
  names: NamesSection,
  policy: PolicySection,
  issuers: IssuersSection,
  webhooks: WebhooksSection,
  sign_in: SignInSection,
})

export type FileSettings = z.output<typeof FileSchema>

/** A section, a setting, or something within one; what has names of the operator's choice holds one thing in each. */
export interface FileNode {
  description: string
  default: unknown
  enum?: string[]
  properties?: Record<string, FileNode>
  additionalProperties?: FileNode | false
}

/** JSON Schema (draft 7, which editors know best) of what may be written into the file. */
export const fileJsonSchema = () =>
  z.toJSONSchema(FileSchema, { io: 'input', target: 'draft-7' }) as unknown as {
    properties: Record<string, FileNode>
  }
