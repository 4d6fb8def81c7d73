import { Command } from 'commander'
import {
  type FederationTemplate,
  fillTemplate,
  type GivenValues,
} from '../domain/federation-template.ts'
import { FEDERATION_TEMPLATES } from '../domain/federation-templates.ts'
import { UsageError } from './command-errors.ts'
import type { Context } from './context.ts'

export const federationCommand = (context: Context) =>
  new Command('federation')
    .description('let jobs and pods act as robots')
    .addCommand(templateCommand(context))

function templateCommand(context: Context) {
  const command = new Command('template').description(
    'print the federation entry for jobs of a platform; it asks no database',
  )
  for (const template of FEDERATION_TEMPLATES) command.addCommand(commandOf(template, context))
  return command
}

function commandOf(template: FederationTemplate, { print }: Context) {
  const command = new Command(template.name).description(template.title)
  for (const [name, { placeholder, description, default: value }] of Object.entries(
    template.parameters,
  )) {
    const text = value === undefined ? description : `${description} (default: ${value})`
    command.option(`${optionOf(name)} <${placeholder}>`, text)
  }
  const options = [...command.options]
  return command
    .option('--json', 'print it on one line')
    .action((given: Record<string, string> & { json?: boolean }) => {
      const values = options.map((one) => [parameterOf(one.long), given[one.attributeName()]])
      const entry = entryOf(template, Object.fromEntries(values))
      print(entry, given, JSON.stringify(entry, null, 2))
    })
}

const optionOf = (parameter: string) => `--${parameter.replaceAll('_', '-')}`

const parameterOf = (option = '') => option.slice('--'.length).replaceAll('-', '_')

/** @throws {UsageError} */
function entryOf(template: FederationTemplate, given: GivenValues) {
  try {
    return fillTemplate(template, given, optionOf)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
