import { z } from 'zod'
import { LimitsSection } from './limits-section.ts'
import { NamesSection } from './names-section.ts'

/**
 * The configuration file: lists and policies, which the environment has no room for. A section is one file beside
 * this one and one line here; its descriptions and defaults also make `docs/configuration.md` and the JSON Schema.
 */
export const FileSchema = z.strictObject({
  limits: LimitsSection,
  names: NamesSection,
})

export type FileSettings = z.output<typeof FileSchema>

interface Setting {
  description: string
  default: unknown
  enum?: string[]
}

interface Section {
  description: string
  properties: Record<string, Setting>
}

/** JSON Schema (draft 7, which editors know best) of what may be written into the file. */
export const fileJsonSchema = () =>
  z.toJSONSchema(FileSchema, { io: 'input', target: 'draft-7' }) as unknown as {
    properties: Record<string, Section>
  }
