import { claimHolds, textMatches } from './claim-conditions.ts'
import type { FederationEntry } from './federation-entry.ts'
import type { IssuerFault } from './issuer-fault.ts'
import { includesAction } from './registry-reach.ts'
import { isOfAnyTenant, issuerKind, pinsId } from './shared-issuers.ts'

/** Something about an entry that is saved, and had better be otherwise. */
export interface EntryWarning {
  code:
    | IssuerFault
    | 'issuer_silent'
    | 'issuer_not_asked'
    | 'no_audience'
    | 'plain_http'
    | 'any_tenant'
    | 'mutable_name'
    | 'whole_owner'
    | 'pull_requests'
    | 'changes_every_run'
    | 'default_service_account'
    | 'invisible_character'
  message: string
}

/** What administrators should know of an entry before a job uses it. */
export function warningsOf(entry: FederationEntry, robot: { mayPush: boolean }): EntryWarning[] {
  const { issuer, issuer_ref, subject, subject_match, audiences, claims } = entry
  const mayPush = robot.mayPush && includesAction(entry.registry_scopes, 'push')
  const kind = issuerKind(issuer, subject)
  const { ids = [], perRun, name } = kind ?? {}
  const isPinned = pinsId(ids, claims) || HAS_IDS.test(subject) || IS_ID.test(subject)
  const isOfAny = !isPinned && kind !== undefined && isOfAnyTenant(kind, `${subject}:`, claims)
  const unseen = invisibleIn(JSON.stringify([issuer, subject, audiences, claims]))
  const found: [EntryWarning['code'], boolean, string][] = [
    [
      'no_audience',
      audiences === undefined,
      'without audiences a token that was made for another service is good here, too',
    ],
    [
      'plain_http',
      issuer.startsWith('http:') && issuer_ref === undefined,
      'an issuer is asked over plain http only where OIDC_ALLOWED_HOSTS has its host',
    ],
    [
      'any_tenant',
      isOfAny,
      `whoever signs up at ${name} can have a job with this subject: write out the owner, or have claims pin ${ids.join(' or ')}`,
    ],
    [
      'mutable_name',
      ids.length > 0 && !isPinned && !isOfAny,
      `another may get this name at ${name} once it is given up: have claims pin ${ids.join(' or ')}`,
    ],
    [
      'whole_owner',
      subject_match !== undefined && WHOLE_OWNER.test(subject) && !pinsId(ids.slice(0, 1), claims),
      'this is every repository of the owner, and each that will be made',
    ],
    [
      'pull_requests',
      mayPush && admitsPullRequests(entry),
      'whoever may propose a change gets to push by this entry',
    ],
    [
      'changes_every_run',
      subject_match === undefined && perRun?.subject.test(subject) === true,
      `at ${name} this subject is another one in the next run: write a pattern, ${perRun?.instead}`,
    ],
    [
      'default_service_account',
      DEFAULT_ACCOUNT.test(subject),
      'pods that ask for no other service account have this one: make one of its own',
    ],
    [
      'invisible_character',
      unseen !== undefined,
      `nobody sees that it has the character ${unseen}: what looks the same is another`,
    ],
  ]
  return found.filter(([, holds]) => holds).map(([code, , message]) => ({ code, message }))
}

/** The first character that is not shown, or that changes how others are (Unicode Standard, §5.21). */
function invisibleIn(text: string): string | undefined {
  const code = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u.exec(text)?.[0].codePointAt(0)
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** By its subject, or by a pattern that is one of theirs at GitHub, too. */
function admitsPullRequests({ subject, subject_match, claims = {} }: FederationEntry): boolean {
  if (PULL_REQUEST.test(subject)) return true
  const { event_name: event = 'pull_request' } = claims
  const repository = subject.split(':')[1]?.replace(/\*+/g, 'x')
  return (
    subject_match !== undefined &&
    claimHolds(event, 'pull_request') &&
    textMatches(subject, `repo:${repository}:pull_request`)
  )
}

/** GitHub's form of a subject with ids: `repo:acme@123456/web@456789:…`. */
const HAS_IDS = /^repo:[^/:*]+@\d+\/[^/:*]+@\d+:/
/** Google's subjects are numbers, Azure's and Bitbucket's begin with UUIDs. */
const IS_ID = /^(?:\d+$|\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?)/
const WHOLE_OWNER = /^(?:repo|project_path):[^/:*]+\/\*+(?::|$)/
const PULL_REQUEST = /:pull_request$|:merge_request|:ref:refs\/pull\//
const DEFAULT_ACCOUNT = /^system:serviceaccount:[^:]+:default$/
