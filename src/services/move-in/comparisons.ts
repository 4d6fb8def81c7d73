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
  SourceMember,
  SourceOrganization,
  SourcePermission,
  SourceRepository,
  SourceRobot,
  SourceSettings,
  SourceTeam,
  SourceThing,
  SourceUser,
} from '../../domain/quay-content.ts'
import { hasExpired } from '../../domain/robot-secret.ts'
import type { Clock } from '../../domain/runtime.ts'
import { DEFAULT_TAG_EXPIRATION } from '../../domain/tag-expiration.ts'
import { findAccount } from '../../queries/accounts.ts'
import { listDefaultPermissions } from '../../queries/default-permissions.ts'
import { listFederationEntries } from '../../queries/federation-entries.ts'
import { findMemberCandidate, memberKey } from '../../queries/organization-members.ts'
import { findOrganizationSettings } from '../../queries/organizations.ts'
import { findRepository } from '../../queries/repositories.ts'
import { findRole } from '../../queries/repository-permissions.ts'
import { findSecrets } from '../../queries/robot-secrets.ts'
import { findRobot, findRobotId } from '../../queries/robots.ts'
import { findTeam, hasTeamMember, listAdministrators } from '../../queries/teams.ts'
import type { AccountNames } from '../accounts/account-names.ts'
import type { RobotSecrets } from '../robots/robot-secrets.ts'

/** Of whom it is looked whether they administer an organization there, too. */
const MOST_ADMINISTRATORS = 10_000

export interface ComparisonDeps {
  db: Db
  clock: Clock
  accountNames: AccountNames
  secrets: RobotSecrets
}

const MISSING: Comparison = { is: 'missing' }
const SAME: Comparison = { is: 'same' }

/** @param differing a word for each part, undefined where that is the same */
function comparedBy(...differing: (string | false | undefined)[]): Comparison {
  const what = differing.filter((word) => typeof word === 'string')
  return what.length === 0 ? SAME : { is: 'other', what }
}

export type Compare = (thing: SourceThing) => Promise<Comparison>

/** Compares what a Quay has with what is here. */
export function createComparisons({ accountNames, ...deps }: ComparisonDeps): Compare {
  const { db } = deps

  async function organizationNamed(name: string) {
    const found = await findAccount(db, name)
    return found?.kind === 'organization' ? found : undefined
  }

  async function user({ name, email, enabled }: SourceUser): Promise<Comparison> {
    const here = await findAccount(db, name)
    if (!here) return newAccount(name)
    if (here.kind !== 'user') return { is: 'impossible', why: 'an organization has this name here' }
    const isOther = email !== undefined && email.toLowerCase() !== here.email?.toLowerCase()
    return comparedBy(
      isOther && 'the e-mail address',
      enabled !== undefined &&
        enabled !== here.enabled &&
        (here.enabled ? 'it is disabled there' : 'it is disabled here'),
    )
  }

  async function organization(there: SourceOrganization): Promise<Comparison> {
    const here = await findAccount(db, there.name)
    if (!here) return newAccount(there.name)
    if (here.kind !== 'organization') return { is: 'impossible', why: 'a user has this name here' }
    const administrators = await listAdministrators(db, here.id, MOST_ADMINISTRATORS)
    const others = administrators.filter((name) => !there.administrators.includes(name))
    return comparedBy(
      others.length > 0 && `${others.slice(0, 3).join(', ')} administers it here, and not there`,
    )
  }

  function newAccount(name: string): Comparison {
    const why = accountNames.problem(name)
    return why === undefined ? MISSING : { is: 'impossible', why }
  }

  async function settings({ kind, organization: name, ...there }: SourceSettings) {
    const found = await organizationNamed(name)
    const here = found && (await findOrganizationSettings(db, found.id))
    if (!here) return MISSING
    const untouched = {
      ...{ email: null, invoiceEmail: false, invoiceEmailAddress: null },
      tagExpirationS: DEFAULT_TAG_EXPIRATION,
    }
    if (canonicalJson(here) === canonicalJson(untouched)) return MISSING
    return comparedBy(
      here.email !== there.email && 'the e-mail address',
      here.invoiceEmail !== there.invoiceEmail && 'whether invoices are mailed',
      here.invoiceEmailAddress !== there.invoiceEmailAddress && 'the address for invoices',
      here.tagExpirationS !== there.tagExpirationS && 'when tags expire',
    )
  }

  async function team(there: SourceTeam): Promise<Comparison> {
    const owner = await organizationNamed(there.organization)
    const here = owner && (await findTeam(db, owner.id, there.name))
    if (!here) return MISSING
    return comparedBy(
      here.role !== there.role && `its role: ${here.role} here, ${there.role} there`,
      here.description !== there.description && 'the description',
    )
  }

  async function member(there: SourceMember): Promise<Comparison> {
    const owner = await organizationNamed(there.organization)
    const inTeam = owner && (await findTeam(db, owner.id, there.team))
    const candidate = inTeam && (await findMemberCandidate(db, there.name))
    const isThere = candidate && (await hasTeamMember(db, inTeam.id, memberKey(candidate)))
    return isThere ? SAME : MISSING
  }

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
    const owner = await organizationNamed(there.organization)
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

const roleCompared = (here: string | undefined, there: string): Comparison =>
  here === undefined ? MISSING : comparedBy(here !== there && `${here} here, ${there} there`)

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
