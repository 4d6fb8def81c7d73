import type { Db } from '../../db/types.ts'
import { canonicalJson } from '../../domain/canonical-json.ts'
import type { FederationEntry } from '../../domain/federation-entry.ts'
import { MOST } from '../../domain/fixed-limits.ts'
import { parseAccount, parseTeam } from '../../domain/grantee.ts'
import type { Comparison } from '../../domain/move-in-plan.ts'
import { thingProblem } from '../../domain/move-in-problems.ts'
import type {
  SourceDefaultPermission,
  SourceFederationEntry,
  SourcePermission,
  SourceRepository,
  SourceRobot,
  SourceThing,
} from '../../domain/quay-content.ts'
import { hasExpired } from '../../domain/robot-secret.ts'
import type { Clock } from '../../domain/runtime.ts'
import { findAccount } from '../../queries/accounts.ts'
import { listDefaultPermissions } from '../../queries/default-permissions.ts'
import { listFederationEntries } from '../../queries/federation-entries.ts'
import { findRepository } from '../../queries/repositories.ts'
import { findRole } from '../../queries/repository-permissions.ts'
import { findSecrets } from '../../queries/robot-secrets.ts'
import { findRobot, findRobotId } from '../../queries/robots.ts'
import type { RobotSecrets } from '../robots/robot-secrets.ts'
import {
  type AccountComparisonDeps,
  createAccountComparisons,
  findOrganizationNamed,
} from './account-comparisons.ts'
import { comparedBy, MISSING, roleCompared } from './compared.ts'

export interface ComparisonDeps extends AccountComparisonDeps {
  clock: Clock
  secrets: RobotSecrets
}

export type Compare = (thing: SourceThing) => Promise<Comparison>

/** Compares what a Quay has with what is here. */
export function createComparisons(deps: ComparisonDeps): Compare {
  const { db } = deps
  const { user, organization, settings, team, member } = createAccountComparisons(deps)

  async function robot(there: SourceRobot): Promise<Comparison> {
    const owner = await findAccount(db, there.owner)
    const here = owner && (await findRobot(db, owner.id, there.name))
    if (!here) return MISSING
    return comparedBy(
      here.description !== there.description && 'the description',
      canonicalJson(here.unstructuredMetadata ?? {}) !== canonicalJson(there.metadata ?? {}) &&
        'the metadata',
      !here.enabled && 'it is disabled here',
      there.secret !== null &&
        !(await hasGoodSecret(deps, { ownerId: owner.id, name: there.name }, there.secret)) &&
        'the secret',
    )
  }

  async function repository(there: SourceRepository): Promise<Comparison> {
    const owner = await findAccount(db, there.namespace)
    const here = owner && (await findRepository(db, owner.id, there.name))
    if (!here) return MISSING
    return comparedBy(
      here.visibility !== there.visibility && `${here.visibility} here, ${there.visibility} there`,
      here.description !== there.description && 'the description',
    )
  }

  async function permission(there: SourcePermission): Promise<Comparison> {
    const namespace = await findAccount(db, there.namespace)
    const found = namespace && (await findRepository(db, namespace.id, there.repository))
    if (!found) return MISSING
    const { kind, name } = there.grantee
    const grantee = kind === 'team' ? parseTeam(name) : parseAccount(name, there.namespace)
    const role = grantee && (await findRole(db, { id: found.id, namespace }, grantee))
    return roleCompared(role, there.role)
  }

  async function defaultPermission(there: SourceDefaultPermission): Promise<Comparison> {
    const owner = await findOrganizationNamed(db, there.organization)
    const here = owner && (await findSameDefault(db, owner.id, there))
    return roleCompared(here?.role, there.role)
  }

  async function federation({ owner, robot, entry }: SourceFederationEntry): Promise<Comparison> {
    const account = await findAccount(db, owner)
    const id = account && (await findRobotId(db, account.id, robot))
    if (!id) return MISSING
    const here = (await listFederationEntries(db, id)).find((one) => isOfSame(one, entry))
    if (!here) return MISSING
    const { issuer, subject, ...conditions } = entry
    const parts = here as unknown as Record<string, unknown>
    return comparedBy(
      ...Object.entries(conditions).map(
        ([key, value]) => canonicalJson([parts[key]]) !== canonicalJson([value]) && key,
      ),
    )
  }

  return async (thing) => {
    const why = thingProblem(thing)
    if (why !== undefined) return { is: 'impossible', why }
    switch (thing.kind) {
      case 'user':
        return user(thing)
      case 'organization':
        return organization(thing)
      case 'settings':
        return settings(thing)
      case 'team':
        return team(thing)
      case 'member':
        return member(thing)
      case 'robot':
        return robot(thing)
      case 'repository':
        return repository(thing)
      case 'permission':
        return permission(thing)
      case 'default_permission':
        return defaultPermission(thing)
      case 'federation':
        return federation(thing)
    }
  }
}

/** Whether a robot has a secret that it can log in with. */
export async function hasGoodSecret(
  { db, clock, secrets }: Pick<ComparisonDeps, 'db' | 'clock' | 'secrets'>,
  { ownerId, name }: { ownerId: string; name: string },
  secret: string,
): Promise<boolean> {
  const robot = await findSecrets(db, ownerId, name)
  if (!robot) return false
  return robot.secrets.some(
    (one) => !hasExpired(one, clock()) && secrets.isSame(robot.id, one, secret),
  )
}

/** Entries of one robot: whom they admit otherwise may differ. */
export const isOfSame = (one: FederationEntry, other: FederationEntry) =>
  one.issuer === other.issuer && one.subject === other.subject

/** The default permission for the same grantee, in the same repositories. */
export async function findSameDefault(
  db: Db,
  organizationId: string,
  there: SourceDefaultPermission,
) {
  const all = await listDefaultPermissions(db, organizationId, {
    after: undefined,
    limit: MOST.defaultPermissions,
  })
  return all.find(
    ({ kind, name, activatingUser }) =>
      (kind === 'team') === (there.grantee.kind === 'team') &&
      name === there.grantee.name &&
      activatingUser === (there.activatingUser ?? null),
  )
}
