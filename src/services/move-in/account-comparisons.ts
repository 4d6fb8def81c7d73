import type { Db } from '../../db/types.ts'
import { canonicalJson } from '../../domain/canonical-json.ts'
import type { Comparison } from '../../domain/move-in-plan.ts'
import type {
  SourceMember,
  SourceOrganization,
  SourceSettings,
  SourceTeam,
  SourceUser,
} from '../../domain/quay-content.ts'
import { DEFAULT_TAG_EXPIRATION } from '../../domain/tag-expiration.ts'
import { findAccount } from '../../queries/accounts.ts'
import { findMemberCandidate, memberKey } from '../../queries/organization-members.ts'
import { findOrganizationSettings } from '../../queries/organizations.ts'
import { findTeam, hasTeamMember, listAdministrators } from '../../queries/teams.ts'
import type { AccountNames } from '../accounts/account-names.ts'
import { comparedBy, MISSING, SAME } from './compared.ts'

/** Of whom it is looked whether they administer an organization there, too. */
const MOST_ADMINISTRATORS = 10_000

export interface AccountComparisonDeps {
  db: Db
  accountNames: AccountNames
}

export async function findOrganizationNamed(db: Db, name: string) {
  const found = await findAccount(db, name)
  return found?.kind === 'organization' ? found : undefined
}

/** Compares users and organizations of a Quay, and who is in these, with those here. */
export function createAccountComparisons({ db, accountNames }: AccountComparisonDeps) {
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
    const found = await findOrganizationNamed(db, name)
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
    const owner = await findOrganizationNamed(db, there.organization)
    const here = owner && (await findTeam(db, owner.id, there.name))
    if (!here) return MISSING
    return comparedBy(
      here.role !== there.role && `its role: ${here.role} here, ${there.role} there`,
      here.description !== there.description && 'the description',
    )
  }

  async function member(there: SourceMember): Promise<Comparison> {
    const owner = await findOrganizationNamed(db, there.organization)
    const inTeam = owner && (await findTeam(db, owner.id, there.team))
    const candidate = inTeam && (await findMemberCandidate(db, there.name))
    const isThere = candidate && (await hasTeamMember(db, inTeam.id, memberKey(candidate)))
    return isThere ? SAME : MISSING
  }

  return { user, organization, settings, team, member }
}
