import { z } from 'zod'
import { type FederationTemplate, isRequired, sampleEntry } from '../domain/federation-template.ts'
import { FEDERATION_TEMPLATES } from '../domain/federation-templates.ts'
import { ownText } from './common.ts'
import { FederationConfigSchema } from './federation.ts'

const TemplateParameterSchema = z
  .object({
    name: z.string(),
    description: z.string().describe('What it is, and where it is found'),
    placeholder: z.string().describe('What stands for it in `entry`'),
    required: z.boolean(),
    default: z.string().optional().describe('Taken where none is given'),
  })
  .meta({ id: 'FederationTemplateParameter' })

export const TemplateEntrySchema = FederationConfigSchema.element
  .omit({ id: true, version: true })
  .meta({ id: 'FederationTemplateEntry', example: FEDERATION_TEMPLATES.map(sampleEntry)[0] })

const FederationTemplateSchema = z
  .object({
    name: z.string(),
    title: z.string().describe('The platform whose jobs it is for'),
    parameters: z.array(TemplateParameterSchema),
    one_of: z.array(z.string()).describe('Parameters of which exactly one is given; may be none'),
    entry: TemplateEntrySchema.describe('What it makes, with placeholders'),
  })
  .meta({ id: 'FederationTemplate' })

export const presentTemplate = (template: FederationTemplate) => ({
  name: template.name,
  title: template.title,
  parameters: Object.entries(template.parameters).map(([name, parameter]) => ({
    name,
    description: parameter.description,
    placeholder: parameter.placeholder,
    required: isRequired(parameter),
    default: parameter.default,
  })),
  one_of: [...(template.oneOf ?? [])],
  entry: sampleEntry(template),
})

export const FederationTemplatesSchema = z
  .object({ templates: z.array(FederationTemplateSchema) })
  .meta({
    id: 'FederationTemplates',
    example: { templates: FEDERATION_TEMPLATES.slice(0, 1).map(presentTemplate) },
  })

/** The parameters of all templates, each with the templates that have it. */
const PARAMETERS = Object.fromEntries(
  FEDERATION_TEMPLATES.flatMap(({ parameters }) => Object.keys(parameters)).map((name) => [
    name,
    ownText.meta({ type: 'string', description: `Of ${templatesWith(name).join(', ')}` }),
  ]),
)

function templatesWith(parameter: string) {
  const having = FEDERATION_TEMPLATES.filter(({ parameters }) => parameter in parameters)
  return having.map(({ name }) => name)
}

export const TemplateValuesSchema = z.object(PARAMETERS).catchall(ownText)
