import { type ApiClient, ApiRefusal } from './api-client.ts'
import type { Plan, PlannedStep } from './plan.ts'
import { type PlanOptions, planAll } from './plan-all.ts'
import type { Said } from './read-documents.ts'
import { wordsOf } from './step.ts'

/** A change failed: those before it were made, those after it were not. */
export class ApplyStopped extends Error {
  override readonly name = 'ApplyStopped'
  constructor(failed: PlannedStep, cause: Error, made: number, rest: readonly PlannedStep[]) {
    const lines = [
      `${failed.place}: ${wordsOf(failed)}: ${reasonOf(cause)}`,
      `Changes made before: ${made}. Not made:`,
      ...[failed, ...rest].map((step) => `  ${wordsOf(step)}`),
      'Apply again once that is mended: it goes on from here.',
    ]
    super(lines.join('\n'), { cause })
  }
}

function reasonOf(cause: Error): string {
  const hasChanged = cause instanceof ApiRefusal && cause.status === 412
  return hasChanged ? 'somebody has changed it meanwhile (412)' : cause.message
}

/**
 * Makes the changes of a plan, one after the other. What a new repository has got by itself, from default permissions and for
 * whoever made it, is looked at once it is there, and goes where files do not name it and `prune` says so.
 *
 * @param onMade is told of each change that was made
 * @returns how many changes were made
 * @throws {ApplyStopped}
 */
export async function applyAll(
  api: ApiClient,
  said: readonly Said[],
  options: PlanOptions & { plan: Plan; onMade: (step: PlannedStep) => void },
): Promise<number> {
  const { plan, prune, onMade } = options
  const planAgain = () => planAll(api, said, options)
  const made = await makeChanges(api, plan.steps, { before: 0, planAgain, onMade })
  if (!prune || !plan.steps.some(bringsMore)) return made
  const { steps } = await planAgain()
  return makeChanges(api, steps, { before: made, planAgain, onMade })
}

const bringsMore = ({ action, path: [kind], request }: PlannedStep) =>
  action === 'add' && request.method === 'POST' && kind === 'repositories'

interface Making {
  /** How many changes were made before. */
  before: number
  planAgain: () => Promise<Plan>
  onMade: (step: PlannedStep) => void
}

async function makeChanges(
  api: ApiClient,
  steps: readonly PlannedStep[],
  { before, planAgain, onMade }: Making,
): Promise<number> {
  for (const [index, step] of steps.entries()) {
    try {
      await api.change(step.request)
    } catch (error) {
      if (!(await isGone(step, error, planAgain))) {
        throw new ApplyStopped(step, error as Error, before + index, steps.slice(index + 1))
      }
    }
    onMade(step)
  }
  return before + steps.length
}

/** Whether somebody else has removed it meanwhile. Of some things the API says so by 400, as of what must not go. */
async function isGone(
  { action, request }: PlannedStep,
  error: unknown,
  planAgain: () => Promise<Plan>,
): Promise<boolean> {
  if (action !== 'remove' || !(error instanceof ApiRefusal)) return false
  if (error.status !== 400) return error.status === 404
  const { steps } = await planAgain()
  return !steps.some(
    ({ request: { method, path } }) => method === request.method && path === request.path,
  )
}
