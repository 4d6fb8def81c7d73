import { Command } from 'commander'
import type { Plan } from '../apply/plan.ts'
import { UsageError } from './command-errors.ts'
import { type Context, INPUT } from './context.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { openRemote, type RemoteOptions, withRemoteOptions } from './remote.ts'

interface ApplyOptions extends RemoteOptions {
  file: string[]
  dryRun?: boolean
  prune?: boolean
  json?: boolean
}

export const applyCommand = (context: Context) =>
  withRemoteOptions(
    new Command('apply')
      .description('make a service what files say of organizations; docs/apply.md')
      .requiredOption('-f, --file <file...>', 'YAML, as `export` prints it; - for standard input'),
  )
    .option('--dry-run', 'change nothing: exit code 5 where something would change')
    .option('--prune', 'remove what files do not name, of the kinds that they list')
    .option('--json', 'print JSON')
    .action((options: ApplyOptions) => apply(context, options))

async function apply(context: Context, options: ApplyOptions): Promise<void> {
  const { dryRun = false, prune = false } = options
  if ([options.tokenFile, ...options.file].filter((file) => file === INPUT).length > 1) {
    throw new UsageError('Standard input (-) can be one thing only')
  }
  const { readDocuments } = await import('../apply/read-documents.ts')
  const { planAll } = await import('../apply/plan-all.ts')
  const { applyAll } = await import('../apply/apply-all.ts')
  const { wordsOf } = await import('../apply/step.ts')

  const said = readDocuments(await filesOf(options.file, context))
  const api = await openRemote(context, options)
  const planning = { prune, now: new Date() }
  const plan = await planAll(api, said, planning)
  const changes: object[] = []
  function show(step: Plan['steps'][number]) {
    const { action, thing, how, place } = step
    changes.push({ action, thing, ...(how && { how }), place })
    if (!options.json) context.stdout.write(`${wordsOf(step)}\n`)
  }

  let made = 0
  if (dryRun) plan.steps.forEach(show)
  else made = await applyAll(api, said, { ...planning, plan, onMade: show })
  if (dryRun && plan.steps.length > 0) context.endWith(EXIT_CODES.differs)
  const left = plan.left.map(({ thing }) => thing)
  const result = { server: api.server, dry_run: dryRun, made, changes, left }
  context.print(result, options, summaryOf(result))
}

async function filesOf(names: readonly string[], { readText }: Context) {
  const files = []
  for (const name of names) files.push({ name, text: await readText(name) })
  return files
}

interface Result {
  server: string
  dry_run: boolean
  changes: readonly object[]
  left: readonly string[]
}

function summaryOf({ server, dry_run: dryRun, changes, left }: Result): string {
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`
  const done = dryRun
    ? `${count} would be made. Nothing was changed (--dry-run).`
    : `${count} made.`
  const lines = left.map((thing) => `left as it is, though no file names it: ${thing}`)
  if (left.length > 0) lines.push('With --prune, these are removed.')
  return [
    ...lines,
    changes.length === 0 ? `Nothing to do: ${server} is what the files say.` : done,
  ].join('\n')
}
