import { inParallel } from '../domain/in-parallel.ts'
import { robotAt, teamAt } from './addresses.ts'
import { type ApiClient, ApiRefusal, AT_A_TIME } from './api-client.ts'
import { askedBy } from './asked.ts'
import { asMade, assertMayApply, assertMayBegin, whoCalls } from './caller.ts'
import type { OrganizationState } from './organization-state.ts'
import { type Plan, planOrganization } from './plan.ts'
import { FileProblems, type Said } from './read-documents.ts'
import { readOrganization } from './read-organization.ts'
import { impossible, knownNames, missingWords, type Reference, referencesOf } from './references.ts'

export interface PlanOptions {
  /** Whether things go that files do not name. */
  prune: boolean
  now: Date
}

/**
 * What is to be done so that a service is what files say.
 *
 * @throws {FileProblems} with all that cannot be
 * @throws {ApiRefusal} where the token may not read what is to be changed, or not change it
 */
export async function planAll(
  api: ApiClient,
  said: readonly Said[],
  { prune, now }: PlanOptions,
): Promise<Plan> {
  const caller = await whoCalls(api)
  const problems: string[] = []
  const plans: Plan[] = []
  for (const one of said) {
    const { document, placeOf } = one
    const there = await readOrganization(api, document.organization, askedBy(document))
    assertMayBegin(document, there, caller)
    const found = asMade(there, caller)
    for (const [path, problem] of impossible(document, found, now)) {
      problems.push(`${placeOf(path)}: ${problem}`)
    }
    problems.push(...(await missingFrom(api, one, found, prune)))
    plans.push(planOrganization(one, found, { prune, caller }))
  }
  if (problems.length > 0) throw new FileProblems(problems)
  const steps = plans.flatMap((plan) => plan.steps)
  assertMayApply(steps, caller)
  return { steps, left: plans.flatMap(({ left }) => left) }
}

/** What a document refers to, and is not there. */
async function missingFrom(
  api: ApiClient,
  { document, placeOf }: Said,
  found: OrganizationState,
  prune: boolean,
): Promise<string[]> {
  const known = knownNames(document, found, prune)
  const references = new Map<string, Reference>()
  for (const one of referencesOf(document)) {
    const key = `${one.kind} ${one.name}`
    if (!references.has(key)) references.set(key, one)
  }
  const missing = await inParallel([...references.values()], AT_A_TIME, async (reference) => {
    const names = reference.kind === 'user' ? undefined : known[reference.kind]
    const isThere = names
      ? names.includes(reference.name)
      : await isThereAt(api, document.organization, reference)
    return isThere ? [] : [`${placeOf(reference.path)}: ${missingWords(reference, names)}`]
  })
  return missing.flat()
}

/** Whether the service has it; also where the token may not ask for it. */
async function isThereAt(api: ApiClient, organization: string, { kind, name }: Reference) {
  const addresses = {
    user: `/api/v1/users/${encodeURIComponent(name)}`,
    robot: `${robotAt(organization, name)}?token=false`,
    team: `${teamAt(organization, name)}/members`,
  }
  try {
    return (await api.find(addresses[kind])) !== undefined
  } catch (error) {
    // Of a robot that is not there, the API says 400.
    if (error instanceof ApiRefusal && error.status !== 401) return error.status === 403
    throw error
  }
}
