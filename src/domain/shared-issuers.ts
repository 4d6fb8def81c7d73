import type { ClaimConditions } from './claim-conditions.ts'

/** What is known of a kind of issuer. */
interface IssuerKind {
  name: string
  /** Whether an issuer, or the subject of a token, is of this kind. */
  issuer?: RegExp
  subject?: RegExp
  /**
   * The beginning of subjects up to where the tenant whose job it is is told from others; where the issuer does that, there
   * is none. The owner of what the job runs is not told by it: others may run that, too.
   */
  tenant?: RegExp
  /** Claims with ids that no other thing gets once this one is gone, by name or pointer; the narrowest first. */
  ids: readonly string[]
  /** Subjects that are others in the next run of the same job, and what to write instead. */
  perRun?: { subject: RegExp; instead: string }
}

/** One tenant more: a pattern that leaves it open admits whoever signs up there. */
const NONE = /(?!)/

/** Many tenants share the first ten; the others are known by their form. */
const KINDS: readonly IssuerKind[] = [
  {
    name: 'GitHub',
    issuer: /^https:\/\/token\.actions\.githubusercontent\.com(?:\/[^/]+)?$/,
    tenant:
      /^(?:job_workflow_ref:[^:]+:)?(?:repo:[^/:]+\/|repository_owner(?:_id)?:[^:]+:|repository_id:[^:]+:)/,
    ids: ['repository_id', 'repository_owner_id', 'enterprise_id'],
  },
  {
    name: 'GitLab',
    issuer: /^https:\/\/gitlab\.com$/,
    tenant: /^project_path:[^/:]+\//,
    ids: ['project_id', 'namespace_id'],
  },
  {
    name: 'Buildkite',
    issuer: /^https:\/\/agent\.buildkite\.com$/,
    tenant: /^organization:[^:]+:/,
    ids: ['pipeline_id', 'organization_id'],
    perRun: { subject: /:commit:|:step:/, instead: '…:commit:*:step:*' },
  },
  {
    name: 'CircleCI',
    issuer: /^https:\/\/oidc\.circleci\.com\/org\/[^/]+$/,
    ids: ['oidc.circleci.com/project-id', 'oidc.circleci.com/org-id'],
    perRun: { subject: /\/user\//, instead: 'org/ORG/project/PROJECT/user/*' },
  },
  {
    name: 'Terraform Cloud',
    issuer: /^https:\/\/app\.terraform\.io$/,
    tenant: /^organization:[^:]+:/,
    ids: ['terraform_workspace_id', 'terraform_project_id', 'terraform_organization_id'],
  },
  {
    name: 'Google',
    issuer: /^https:\/\/accounts\.google\.com$/,
    tenant: NONE,
    ids: ['sub', '/google/compute_engine/project_number'],
  },
  {
    name: 'Azure',
    issuer: /^https:\/\/(?:login\.microsoftonline\.com\/[^/]+\/v2\.0|sts\.windows\.net\/[^/]+\/)$/,
    ids: ['oid', 'sub', 'tid'],
  },
  {
    name: 'Bitbucket',
    issuer:
      /^https:\/\/api\.bitbucket\.org\/2\.0\/workspaces\/[^/]+\/pipelines-config\/identity\/oidc$/,
    ids: ['repositoryUuid', 'workspaceUuid'],
    perRun: { subject: /:/, instead: '{REPOSITORY-UUID}:*' },
  },
  {
    name: 'Fly.io',
    issuer: /^https:\/\/oidc\.fly\.io\/[^/]+$/,
    ids: ['app_id', 'org_id'],
    perRun: { subject: /^[^:]+:[^:]+:/, instead: 'ORG:APP:*' },
  },
  {
    name: 'Spacelift',
    issuer: /^https:\/\/[^/.]+\.app\.(?:us\.)?spacelift\.io$/,
    ids: ['callerId', 'spaceId'],
  },
  {
    name: 'GitHub Enterprise',
    issuer: /^https:\/\/(?:token\.actions\.[^/.]+\.ghe\.com|[^/]+\/_services\/token)$/,
    ids: ['repository_id', 'repository_owner_id', 'enterprise_id'],
  },
  {
    name: 'Kubernetes',
    subject: /^system:serviceaccount:/,
    ids: ['/kubernetes.io/serviceaccount/uid'],
  },
  { name: 'SPIRE', subject: /^spiffe:\/\//, ids: [] },
  { name: 'GitLab', subject: /^project_path:/, ids: ['project_id', 'namespace_id'] },
  { name: 'Jenkins', issuer: /^https:\/\/[^/]+(?:\/[^/]+)*\/oidc$/, ids: [] },
]

/** The kind of the issuer of an entry; undefined: nothing is known of it. */
export const issuerKind = (issuer: string, subject: string): IssuerKind | undefined =>
  KINDS.find((kind) => kind.issuer?.test(issuer) ?? kind.subject?.test(subject))

/** Whether it is left open whose job it is: by the beginning of a subject, and by claims that pin no id. */
export const isOfAnyTenant = (
  { tenant, ids }: IssuerKind,
  start: string,
  claims: ClaimConditions | undefined,
) => tenant !== undefined && !tenant.test(start) && !pinsId(ids, claims)

const GITHUB = KINDS.filter(({ name }) => name.startsWith('GitHub'))

/** Whether the tokens of the issuer are those of jobs of GitHub Actions. */
export const isGitHubActions = (issuer: string) => GITHUB.some((kind) => kind.issuer?.test(issuer))

/** Whether the claims pin one of the ids: to a value, or some, and not to a pattern. */
export const pinsId = (ids: readonly string[], claims: ClaimConditions = {}) =>
  Object.entries(claims).some(([path, condition]) => {
    const isPattern = typeof condition === 'object' && !Array.isArray(condition)
    return !isPattern && ids.some((id) => path === id || path === `/${id}`)
  })
