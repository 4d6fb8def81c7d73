import { invalidRequest } from './errors.ts'
import { assertFederationConfig, type FederationEntry } from './federation-entry.ts'
import { assertNotFutile, textProblem, told } from './futile-entries.ts'
import { didYouMean } from './nearest-name.ts'
import { assertNotOpen } from './open-entries.ts'

/** What a template asks for. */
export interface TemplateParameter {
  /** What it is, and where it is found. */
  description: string
  /** What stands for it in an entry that is only shown. */
  placeholder: string
  /** What it must be like, where not every text will do. */
  form?: { pattern: RegExp; words: string }
  /** Whether it may be left out; what has a default always may. */
  optional?: true
  default?: string
}

type TemplateParameters = Readonly<Record<string, TemplateParameter>>

/** What is given for each parameter. */
export type Values<Parameters> = {
  [Name in keyof Parameters]: Parameters[Name] extends { optional: true }
    ? string | undefined
    : string
}

/** How a federation entry for the jobs of a platform is made from what the platform calls them. */
export interface FederationTemplate<Parameters = TemplateParameters> {
  name: string
  title: string
  parameters: Parameters
  /** Parameters of which exactly one is given. */
  oneOf?: readonly (keyof Parameters & string)[]
  entry(values: Values<Parameters>): FederationEntry
}

/** Checks that a template makes its entry from the parameters that it has. */
export const defineTemplate = <const Parameters extends TemplateParameters>(
  template: FederationTemplate<Parameters>,
) => template as unknown as FederationTemplate

/** The values that are given, by the names of parameters. */
export type GivenValues = Readonly<Record<string, string | undefined>>

/**
 * The entry of a template.
 *
 * @param called how whoever gives the values writes the name of a parameter
 * @throws {ServiceError} `invalid_request`
 */
export function fillTemplate(
  template: FederationTemplate,
  given: GivenValues,
  called = (name: string) => name,
): FederationEntry {
  const problem =
    problemOfNames(template, given, called) ?? problemOfValues(template, given, called)
  if (problem !== undefined) throw invalidRequest(problem)
  const entry = template.entry({ ...defaultsOf(template), ...withoutEmpty(given) })
  assertFederationConfig([entry])
  assertNotFutile([entry], () => undefined)
  assertNotOpen([entry])
  return entry
}

/** The entry with placeholders: of the parameters of which one is given it has the first. */
export function sampleEntry({ parameters, oneOf = [], entry }: FederationTemplate) {
  const shown = Object.entries(parameters).filter(
    ([name, { optional }]) => !optional || name === oneOf[0],
  )
  return entry(
    Object.fromEntries(shown.map(([name, one]) => [name, one.default ?? one.placeholder])),
  )
}

/** Whether a template makes no entry without the parameter. */
export const isRequired = ({ optional, default: value }: TemplateParameter) =>
  !optional && value === undefined

function problemOfNames(
  { title, parameters, oneOf = [] }: FederationTemplate,
  given: GivenValues,
  called: (name: string) => string,
) {
  const known = Object.keys(parameters)
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const names = didYouMean(unknown, known.map(called))
    return `${title} has no parameter '${called(unknown)}': ${names}`
  }
  const isGiven = (name: string) => (given[name] ?? '') !== ''
  const missing = Object.entries(parameters).find(
    ([name, one]) => isRequired(one) && !isGiven(name),
  )
  if (missing !== undefined) return `${called(missing[0])} is missing: ${missing[1].description}`
  if (oneOf.length === 0 || oneOf.filter(isGiven).length === 1) return undefined
  return `Give one of ${oneOf.map(called).join(', ')}, and no more`
}

function problemOfValues(
  { parameters }: FederationTemplate,
  given: GivenValues,
  called: (name: string) => string,
) {
  for (const [name, value] of Object.entries(withoutEmpty(given))) {
    const { form } = parameters[name] ?? {}
    const misfit = form && !form.pattern.test(value) ? `must be ${form.words}` : undefined
    const problem = told(called(name), value, textProblem(value) ?? lengthProblem(value) ?? misfit)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** Several together must still fit into the texts of an entry. */
const MAX_LENGTH = 512

const lengthProblem = (value: string) =>
  value.length > MAX_LENGTH ? `has more than ${MAX_LENGTH} characters` : undefined

const withoutEmpty = (given: GivenValues) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  )

const defaultsOf = ({ parameters }: FederationTemplate) =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  )
