import type { OnConflict, Step } from '../domain/move-in-plan.ts'
import type { SourceContent } from '../domain/quay-content.ts'
import type { QuaySource } from '../quay/quay-requests.ts'
import type { MoveIn } from '../services/move-in/move-in.ts'
import { RefusedError } from './command-errors.ts'
import type { Context } from './context.ts'
import { type MoveReport, reportAsJson, reportAsText } from './import-report.ts'
import { createProgress } from './progress.ts'

interface ImportOptions {
  source: QuaySource
  organization?: string[]
  dryRun?: boolean
  onConflict?: OnConflict
  json?: boolean
}

/** Reads all of it, then plans, then writes: a source that cannot be read leaves everything as it is. */
export async function importQuay(context: Context, options: ImportOptions): Promise<void> {
  const { source, dryRun = false } = options
  await context.withServices(
    async ({ moveIn }) => {
      const content = await read(context, options)
      const report = { source: source.url.href, content, dryRun }
      const plan = await planOf(context, moveIn, content, options)
      const conflicts = plan.filter(({ fate }) => fate === 'conflict')
      const isDone = dryRun || conflicts.length > 0
      if (isDone || !options.json) print(context, options, { ...report, steps: plan, isPlan: true })
      if (dryRun) return
      if (conflicts.length > 0) throw undecided(conflicts.length)
      const steps = await write(context, moveIn, plan, options)
      print(context, options, { ...report, steps, isPlan: false })
      const lost = steps.filter(({ fate }) => fate === 'not_taken').length + content.notTaken.length
      if (lost > 0) throw new RefusedError(`${lost} of what is there could not be taken: see above`)
    },
    { mayCreate: !dryRun },
  )
}

async function read(
  { stderr }: Context,
  { source, organization, json }: ImportOptions,
): Promise<SourceContent> {
  // Loaded only here, so that help and usage errors come at once.
  const { createQuayRequests } = await import('../quay/quay-requests.ts')
  const { createQuayApi } = await import('../quay/quay-api.ts')
  const { readQuay } = await import('../quay/read-quay.ts')
  const progress = json ? undefined : createProgress(stderr, 'reading', 'requests')
  const requests = createQuayRequests(source)
  try {
    const api = createQuayApi(requests, ({ done, known }) => progress?.at(done, known))
    return await readQuay(api, organization)
  } finally {
    progress?.end()
    await requests.close()
  }
}

async function planOf(
  { stderr }: Context,
  moveIn: MoveIn,
  { things }: SourceContent,
  { onConflict, json }: ImportOptions,
): Promise<Step[]> {
  const progress = json ? undefined : createProgress(stderr, 'comparing', 'things')
  try {
    return await moveIn.plan(things, onConflict, (done) => progress?.at(done, things.length))
  } finally {
    progress?.end()
  }
}

async function write(
  { stderr }: Context,
  moveIn: MoveIn,
  plan: Step[],
  { json }: ImportOptions,
): Promise<Step[]> {
  const progress = json ? undefined : createProgress(stderr, 'writing', 'things')
  try {
    return await moveIn.run(plan, (done) => progress?.at(done, plan.length))
  } finally {
    progress?.end()
  }
}

function print({ print: write }: Context, { json }: ImportOptions, report: MoveReport) {
  write(reportAsJson(report), { json: json === true }, json ? '' : reportAsText(report))
}

const undecided = (count: number) =>
  new RefusedError(
    `${count} names are here with other content (conflicts, above): decide with --on-conflict skip, which leaves them and what ` +
      'belongs to them, or --on-conflict overwrite. Nothing was changed',
  )
