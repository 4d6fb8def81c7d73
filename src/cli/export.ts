import { Command } from 'commander'
import { NotFoundError } from './command-errors.ts'
import type { Context } from './context.ts'
import { openRemote, type RemoteOptions, withRemoteOptions } from './remote.ts'

interface ExportOptions extends RemoteOptions {
  organization: string[]
}

/** Editors look for the schema beside the file. */
const HEADER = '# yaml-language-server: $schema=./apply.schema.json\n'

export const exportCommand = (context: Context) =>
  withRemoteOptions(
    new Command('export').description(
      'print organizations of a service as YAML for `apply`, without secrets; docs/apply.md',
    ),
  )
    .option('--organization <name...>', 'only these (default: all that the token administers)')
    .action((options: ExportOptions) => exportAll(context, options))

/** Robots are told of none in which they are. */
const NONE =
  'The token administers no organization that it is told of: name them with --organization'

async function exportAll(context: Context, options: ExportOptions): Promise<void> {
  const { EVERYTHING } = await import('../apply/asked.ts')
  const { readOrganization } = await import('../apply/read-organization.ts')
  const { exportOrganization } = await import('../apply/export-organization.ts')
  const { assertMayExport, organizationsOf } = await import('../apply/organizations.ts')
  const api = await openRemote(context, options)
  const names = options.organization ?? (await organizationsOf(api))
  if (names.length === 0) throw new NotFoundError(NONE)
  const documents: string[] = []
  for (const name of names) {
    const found = await readOrganization(api, name, EVERYTHING)
    if (!found.exists) throw new NotFoundError(`There is no organization ${name}`)
    assertMayExport(found)
    documents.push(`${HEADER}${exportOrganization(found)}`)
  }
  context.stdout.write(documents.join('---\n'))
}
