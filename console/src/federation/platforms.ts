/** How a platform's tokens are known, and where they have what the template of its name asks for. */
interface Platform {
  name: string
  /** Named groups of both are what the template asks for. */
  issuer: RegExp
  subject: RegExp
  /** Claims with the rest, by what the template asks for; a nested one with its path. */
  claims?: Readonly<Record<string, readonly string[]>>
}

const REF = 'refs/(?:heads/(?<branch>[^:]+)|tags/(?<tag>[^:]+)|.*)'

/** Both forms, of which the second has ids. */
const GITHUB_SUBJECT = new RegExp(
  `^repo:(?<owner>[^:/@]+)(?:@(?<repository_owner_id>\\d+))?/(?<repository>[^:/@]+)(?:@(?<repository_id>\\d+))?:(?:environment:(?<environment>.+)|ref:${REF}|.*)$`,
)
const GITHUB_CLAIMS = { repository_id: ['repository_id'] }

/** The first that fits is taken: those with issuers that anybody may have come last. */
export const PLATFORMS: readonly Platform[] = [
  {
    name: 'github',
    issuer: /^https:\/\/token\.actions\.githubusercontent\.com$/,
    subject: GITHUB_SUBJECT,
    claims: GITHUB_CLAIMS,
  },
  {
    name: 'github-enterprise',
    issuer: /^https:\/\/(?<hostname>[^/]+)\/_services\/token$/,
    subject: GITHUB_SUBJECT,
    claims: GITHUB_CLAIMS,
  },
  {
    name: 'buildkite',
    issuer: /^https:\/\/agent\.buildkite\.com$/,
    subject: new RegExp(
      `^organization:(?<organization>[^:]+):pipeline:(?<pipeline>[^:]+):ref:${REF}`,
    ),
    claims: { pipeline_id: ['pipeline_id'] },
  },
  {
    name: 'circleci',
    issuer: /^https:\/\/oidc\.circleci\.com\/org\/(?<organization_id>[^/]+)$/,
    subject: /^org\/[^/]+\/project\/(?<project_id>[^/]+)/,
    claims: { origin: ['oidc.circleci.com/vcs-origin'], ref: ['oidc.circleci.com/vcs-ref'] },
  },
  {
    name: 'bitbucket',
    issuer:
      /^https:\/\/api\.bitbucket\.org\/2\.0\/workspaces\/(?<workspace>[^/]+)\/pipelines-config\/identity\/oidc$/,
    subject: /^\{(?<repository_uuid>[^}]+)\}:/,
    claims: { branch: ['branchName'] },
  },
  {
    name: 'terraform',
    issuer: /^https:\/\/app\.terraform\.io$/,
    subject:
      /^organization:(?<organization>[^:]+):project:(?<project>[^:]+):workspace:(?<workspace>[^:]+)/,
    claims: { workspace_id: ['terraform_workspace_id'] },
  },
  {
    name: 'google',
    issuer: /^https:\/\/accounts\.google\.com$/,
    subject: /^(?<service_account_id>\d+)$/,
  },
  {
    name: 'azure',
    issuer:
      /^https:\/\/(?:sts\.windows\.net\/(?<tenant_id>[^/]+)\/|login\.microsoftonline\.com\/(?<tenant>[^/]+)\/v2\.0)$/,
    subject: /^(?<object_id>.+)$/,
    claims: { token_version: ['ver'] },
  },
  {
    name: 'fly',
    issuer: /^https:\/\/oidc\.fly\.io\/(?<organization>[^/]+)$/,
    subject: /^[^:]+:(?<app>[^:]+):/,
    claims: { app_id: ['app_id'] },
  },
  {
    name: 'kubernetes',
    issuer: /^(?<issuer>.+)$/,
    subject: /^system:serviceaccount:(?<namespace>[^:]+):(?<service_account>[^:]+)$/,
    claims: { uid: ['kubernetes.io', 'serviceaccount', 'uid'] },
  },
  {
    name: 'gitlab',
    issuer: /^(?<issuer>.+)$/,
    subject:
      /^project_path:(?<project>[^:]+):ref_type:(?:branch:ref:(?<branch>.+)|tag:ref:(?<tag>.+))$/,
    claims: { project_id: ['project_id'], environment: ['environment'] },
  },
  { name: 'spiffe', issuer: /^(?<issuer>.+)$/, subject: /^(?<spiffe_id>spiffe:\/\/.+)$/ },
  { name: 'jenkins', issuer: /^(?<issuer>.+\/oidc)$/, subject: /^(?<job_url>https?:\/\/.+\/)$/ },
]
