import type { FederationEntry } from './federation-entry.ts'
import { issuerKind, pinsId } from './shared-issuers.ts'

/** Something about an entry that is saved, and had better be otherwise. */
interface EntryWarning {
  code:
    | 'no_audience'
    | 'plain_http'
    | 'mutable_name'
    | 'whole_owner'
    | 'pull_requests'
    | 'changes_every_run'
    | 'default_service_account'
  message: string
}

/** What administrators should know of an entry before a job uses it. */
export function warningsOf(entry: FederationEntry, robot: { mayPush: boolean }): EntryWarning[] {
  const { issuer, issuer_ref, subject, subject_match, audiences, claims } = entry
  const { ids = [], perRun, name } = issuerKind(issuer, subject) ?? {}
  const isPinned = pinsId(ids, claims) || HAS_IDS.test(subject)
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
      'mutable_name',
      ids.length > 0 && !isPinned && !IS_ID.test(subject),
      `another may get this name at ${name} once it is given up: have claims pin ${ids.join(' or ')}`,
    ],
    [
      'whole_owner',
      subject_match !== undefined && WHOLE_OWNER.test(subject) && !pinsId(ids.slice(0, 1), claims),
      'this is every repository of the owner, and each that will be made',
    ],
    [
      'pull_requests',
      robot.mayPush && PULL_REQUEST.test(subject),
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
  ]
  return found.filter(([, holds]) => holds).map(([code, , message]) => ({ code, message }))
}

/** GitHub's form of a subject with ids: `repo:acme@123456/web@456789:…`. */
const HAS_IDS = /^repo:[^/:*]+@\d+\/[^/:*]+@\d+:/
/** Google's subjects are numbers, Azure's and Bitbucket's begin with UUIDs. */
const IS_ID = /^(?:\d+$|\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?)/
const WHOLE_OWNER = /^(?:repo|project_path):[^/:*]+\/\*/
const PULL_REQUEST = /:pull_request$|:merge_request|:ref:refs\/pull\//
const DEFAULT_ACCOUNT = /^system:serviceaccount:[^:]+:default$/
