import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { invalidRequest } from './errors.ts'
import { lifetimeText, parseLifetime, type UNLIMITED } from './lifetime-text.ts'
import { FEDERATION_AUDIENCES, SECRET_VISIBILITIES, TRUSTED_ISSUERS } from './policy-choices.ts'
import { countOf } from './unlimited-count.ts'

/** What may be decided about the robots of a namespace. */
export interface PolicyValues {
  /** Longest life of a static token (seconds); infinite without one. */
  secretMaxLifetime: number
  secretVisibility: (typeof SECRET_VISIBILITIES)[number]
  /** Whether there are static tokens at all. */
  secretsAllowed: boolean
  federationAudiences: (typeof FEDERATION_AUDIENCES)[number]
  trustedIssuers: (typeof TRUSTED_ISSUERS)[number]
  /** Whether robots log in to the registry with identity tokens, without an exchange. */
  identityTokenAsPassword: boolean
  /** How many robots there may be; infinite without a limit. */
  robotsMax: number
}

export type PolicyKey = keyof PolicyValues

/** The policy that holds for the robots of a namespace. */
export interface RobotPolicy extends PolicyValues {
  /** In which the organization itself is stricter than the installation. */
  own: readonly PolicyKey[]
}

/** What an organization decides, as it was put. It has no key for what it leaves to the installation. */
export interface PolicyDocument {
  secret_max_lifetime?: string | undefined
  secret_visibility?: PolicyValues['secretVisibility'] | undefined
  secrets_allowed?: boolean | undefined
  federation_audiences?: PolicyValues['federationAudiences'] | undefined
  trusted_issuers?: PolicyValues['trustedIssuers'] | undefined
  identity_token_as_password?: boolean | undefined
  robots_max?: number | typeof UNLIMITED | undefined
}

/** Of what the robots are, as it is read with its row. */
export interface PolicyHolder {
  /** Null for users, and for organizations that decide nothing. */
  robotPolicy: PolicyDocument | null
}

/** What holds where no organization has decided. */
export const THE_INSTALLATION: PolicyHolder = { robotPolicy: null }

/** What each key is called in documents, and in the section `policy` of the configuration file. */
export const POLICY_KEYS = {
  secretMaxLifetime: 'secret_max_lifetime',
  secretVisibility: 'secret_visibility',
  secretsAllowed: 'secrets_allowed',
  federationAudiences: 'federation_audiences',
  trustedIssuers: 'trusted_issuers',
  identityTokenAsPassword: 'identity_token_as_password',
  robotsMax: 'robots_max',
} as const satisfies Record<PolicyKey, keyof PolicyDocument>

const KEYS = Object.keys(POLICY_KEYS) as PolicyKey[]

const ALLOWED = [true, false] as const

/** The choices of each key that is no number, from the least strict to the strictest. */
const CHOICES: Partial<Record<PolicyKey, readonly unknown[]>> = {
  secretVisibility: SECRET_VISIBILITIES,
  secretsAllowed: ALLOWED,
  federationAudiences: FEDERATION_AUDIENCES,
  trustedIssuers: TRUSTED_ISSUERS,
  identityTokenAsPassword: ALLOWED,
}

/** The higher, the stricter. */
function strictnessOf<Key extends PolicyKey>(key: Key, value: PolicyValues[Key]): number {
  const choices = CHOICES[key]
  return choices ? choices.indexOf(value) : -Number(value)
}

type Wanted = { [Key in PolicyKey]: PolicyValues[Key] | undefined }

/** What a document says; undefined for what it leaves to the installation. */
function wantedBy(document: PolicyDocument): Wanted {
  const { secret_max_lifetime: lifetime, robots_max: robots } = document
  return {
    secretMaxLifetime: lifetime === undefined ? undefined : parseLifetime(lifetime),
    secretVisibility: document.secret_visibility,
    secretsAllowed: document.secrets_allowed,
    federationAudiences: document.federation_audiences,
    trustedIssuers: document.trusted_issuers,
    identityTokenAsPassword: document.identity_token_as_password,
    robotsMax: robots === undefined ? undefined : countOf(robots),
  }
}

/** What holds where an installation and one of its organizations have decided: of each key the stricter. */
export function strictest(
  installation: PolicyValues,
  document: PolicyDocument | null,
): RobotPolicy {
  const wanted = wantedBy(document ?? {})
  const own = KEYS.filter((key) => isStricter(key, wanted[key], installation[key]))
  return { ...installation, ...Object.fromEntries(own.map((key) => [key, wanted[key]])), own }
}

/** Whether both have decided, and the first is the stricter. */
const isStricter = <Key extends PolicyKey>(key: Key, one: Wanted[Key], other: Wanted[Key]) =>
  one !== undefined && other !== undefined && strictnessOf(key, one) > strictnessOf(key, other)

/** Whether one document decides nothing more strictly than another. */
export function isNoStricter(document: PolicyDocument, other: PolicyDocument): boolean {
  const [wanted, before] = [wantedBy(document), wantedBy(other)]
  return KEYS.every(
    (key) =>
      wanted[key] === undefined ||
      (before[key] !== undefined && !isStricter(key, wanted[key], before[key])),
  )
}

/** Finds the policy that holds for the robots of an owner, or for a robot that is read with its owner's policy. */
export type PolicyOf = (holder: PolicyHolder) => RobotPolicy

export function createPolicyOf(installation: PolicyValues): PolicyOf {
  const ofMost = strictest(installation, null)
  return ({ robotPolicy }) => (robotPolicy === null ? ofMost : strictest(installation, robotPolicy))
}

/** Where a key of a policy was decided, as refusals say it. */
export const settingOf = ({ own }: Pick<RobotPolicy, 'own'>, key: PolicyKey) =>
  own.includes(key)
    ? `${POLICY_KEYS[key]} in the organization's robot policy`
    : `policy.${POLICY_KEYS[key]}`

/** The entity tag of what an organization decides. */
export const policyTag = (document: PolicyDocument) =>
  `"${createHash('sha256').update(canonicalJson(document)).digest('hex')}"`

/**
 * Holds an organization to what the installation allows.
 *
 * @param limits.robots of which `robots_max` is the stricter form
 * @throws {ServiceError} `invalid_request` that names each key that is looser, its limit, and who set that
 */
export function assertNoLooser(
  document: PolicyDocument,
  installation: PolicyValues,
  limits: { robots: number },
) {
  const wanted = wantedBy(document)
  const allowed = { ...installation, robotsMax: Math.min(installation.robotsMax, limits.robots) }
  const settingFor = (key: PolicyKey) =>
    allowed[key] === installation[key] ? `policy.${POLICY_KEYS[key]}` : 'limits.robots'
  const looser = KEYS.filter((key) => isStricter(key, allowed[key], wanted[key]))
  const problems = looser.map(
    (key) =>
      `${POLICY_KEYS[key]} must be ${limitOf(key, allowed)}, as the installation has it (${settingFor(key)} in the configuration ` +
      'file of the service)',
  )
  if (problems.length > 0) throw invalidRequest(problems.join('; '))
}

/** What a key may be at most, in words. */
function limitOf(key: PolicyKey, installation: PolicyValues): string {
  if (key === 'secretMaxLifetime') return `at most ${lifetimeText(installation[key])}`
  if (key === 'robotsMax') return `at most ${installation[key]}`
  const choices = CHOICES[key] ?? []
  return choices.slice(choices.indexOf(installation[key])).join(' or ')
}
