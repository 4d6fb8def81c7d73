import {
  azureClaims,
  bitbucketClaims,
  buildkiteClaims,
  circleciClaims,
  flyClaims,
  githubClaims,
  gitlabClaims,
  googleClaims,
  jenkinsClaims,
  kubernetesClaims,
  type ProviderClaims,
  spireClaims,
  terraformClaims,
} from './provider-claims.ts'

// What each template is given for a job, what that job claims, and what others do that are near.

export interface TemplateCase {
  template: string
  values: Record<string, string>
  claims: (fields?: object) => ProviderClaims
  /** What else a token may say. */
  also?: Record<string, object>
  /** What a token must not have instead. */
  neighbours: Record<string, object>
}

export const REPOSITORY = { repo: 'acme/web', repository_id: '456789' }
const ORGANIZATION = '7b1e4d3a-0f6c-4c55-9a0e-2d7f3e9b8c10'
const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const ENVIRONMENT = '4d3c2b1a-0f9e-4d8c-8b7a-6f5e4d3c2b1a'
const BITBUCKET = { workspace: 'acme', repository_uuid: 'b34be6b2-7a15-4f6e-9a35-d0a4a1f1b0d2' }
const POD = {
  issuer: 'https://oidc.cluster.example.com',
  namespace: 'web',
  service_account: 'registry',
  uid: 'f5720c1d-e152-4356-a897-11b07aff165d',
}
const otherAccount = (name: string, uid: string) => ({
  'kubernetes.io': { namespace: 'web', serviceaccount: { name, uid } },
})

export const TEMPLATE_CASES: Record<string, TemplateCase> = {
  'GitHub, an environment': {
    template: 'github',
    values: { ...REPOSITORY, repository_owner_id: '123456', environment: 'production' },
    claims: githubClaims,
    also: {
      'the subject with numbers': { sub: 'repo:acme@123456/web@456789:environment:production' },
      'a release': { event_name: 'release' },
    },
    neighbours: {
      'the name, with another repository': { repository_id: '999999' },
      'the repository, with another owner': { repository_owner_id: '888888' },
      'another environment': { sub: 'repo:acme/web:environment:staging' },
      'a pull request in the environment': { event_name: 'pull_request' },
      'an event that runs what outsiders propose': { event_name: 'pull_request_target' },
      'the branch': { sub: 'repo:acme/web:ref:refs/heads/main' },
    },
  },
  'GitHub, tags': {
    template: 'github',
    values: { ...REPOSITORY, tag: 'v*', events: 'push' },
    claims: (fields) =>
      githubClaims({ sub: 'repo:acme/web:ref:refs/tags/v1.4.0', ref_type: 'tag', ...fields }),
    neighbours: {
      'a branch of the name': { sub: 'repo:acme/web:ref:refs/heads/v1.4.0' },
      'another event': { event_name: 'release' },
    },
  },
  'GitHub Enterprise Server': {
    template: 'github-enterprise',
    values: { hostname: 'github.example.com', ...REPOSITORY, branch: 'main' },
    claims: (fields) =>
      githubClaims({
        iss: 'https://github.example.com/_services/token',
        sub: 'repo:acme/web:ref:refs/heads/main',
        ...fields,
      }),
    neighbours: {
      'the name, with another repository': { repository_id: '999999' },
      'another branch': { sub: 'repo:acme/web:ref:refs/heads/x' },
      'an event that runs what outsiders propose': { event_name: 'pull_request_target' },
    },
  },
  GitLab: {
    template: 'gitlab',
    values: {
      project: 'acme/platform/web',
      project_id: '20',
      branch: 'main',
      environment: 'production',
    },
    claims: gitlabClaims,
    neighbours: {
      'the path, taken by another project': { project_id: '21' },
      'another branch': { sub: 'project_path:acme/platform/web:ref_type:branch:ref:x' },
      'a tag of the name': { sub: 'project_path:acme/platform/web:ref_type:tag:ref:main' },
      'another environment': { environment: 'staging' },
      'a branch that is not protected': { ref_protected: 'false' },
      'a merge request': { pipeline_source: 'merge_request_event' },
    },
  },
  'GitLab, tags': {
    template: 'gitlab',
    values: { project: 'acme/platform/web', project_id: '20', tag: 'v*' },
    claims: (fields) =>
      gitlabClaims({ sub: 'project_path:acme/platform/web:ref_type:tag:ref:v1.4.0', ...fields }),
    neighbours: {
      'another tag': { sub: 'project_path:acme/platform/web:ref_type:tag:ref:w1' },
    },
  },
  Kubernetes: {
    template: 'kubernetes',
    values: POD,
    claims: kubernetesClaims,
    neighbours: {
      'the service account made anew': otherAccount('registry', '00000000'),
      'another service account': {
        sub: 'system:serviceaccount:web:default',
        ...otherAccount('default', POD.uid),
      },
      'an older token': { iat: Math.floor(Date.now() / 1000) - 3700 },
    },
  },
  'Kubernetes, by its record': {
    template: 'kubernetes',
    values: {
      ...POD,
      issuer: 'https://kubernetes.default.svc.cluster.local',
      issuer_ref: 'prod-eu',
    },
    claims: (fields) =>
      kubernetesClaims({ iss: 'https://kubernetes.default.svc.cluster.local', ...fields }),
    neighbours: { 'the service account of another cluster': otherAccount('registry', '00000000') },
  },
  Buildkite: {
    template: 'buildkite',
    values: {
      organization: 'acme',
      pipeline: 'web',
      pipeline_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
      branch: 'main',
    },
    claims: buildkiteClaims,
    also: {
      'a step without a key': { sub: buildkiteClaims().sub.replace(/build$/, '') },
    },
    neighbours: {
      'the name, with another pipeline': { pipeline_id: '00000000' },
      'a token without the id': { pipeline_id: undefined },
      'another branch': { sub: buildkiteClaims().sub.replace('heads/main', 'heads/x') },
      'another pipeline': { sub: buildkiteClaims().sub.replace('pipeline:web', 'pipeline:api') },
    },
  },
  CircleCI: {
    template: 'circleci',
    values: {
      organization_id: ORGANIZATION,
      project_id: 'c2a9b7f4-1d3e-4f5a-8b6c-9d0e1f2a3b4c',
      origin: 'github.com/acme/web',
      branch: 'main',
    },
    claims: circleciClaims,
    also: {
      'the second form of the subject': {
        sub: `${circleciClaims().sub}/vcs-origin/github.com/acme/web/vcs-ref/refs/heads/main`,
      },
    },
    neighbours: {
      'another project': { 'oidc.circleci.com/project-id': '00000000' },
      'a fork': { 'oidc.circleci.com/vcs-origin': 'github.com/mallory/web' },
      'another branch': { 'oidc.circleci.com/vcs-ref': 'refs/heads/x' },
      'a job to which somebody has a shell': { 'oidc.circleci.com/ssh-rerun': true },
    },
  },
  Bitbucket: {
    template: 'bitbucket',
    values: { ...BITBUCKET, branch: 'main' },
    claims: bitbucketClaims,
    neighbours: {
      'another repository': { repositoryUuid: '{00000000}' },
      'another branch': { branchName: 'x' },
    },
  },
  'Bitbucket, an environment': {
    template: 'bitbucket',
    values: { ...BITBUCKET, environment_uuid: ENVIRONMENT },
    claims: (fields) =>
      bitbucketClaims({
        sub: `{${BITBUCKET.repository_uuid}}:{${ENVIRONMENT}}:{5c1f2a9e-3f6a-4f0e-8d5b-1a2b3c4d5e6f}`,
        deploymentEnvironmentUuid: `{${ENVIRONMENT}}`,
        ...fields,
      }),
    neighbours: {
      'another environment': { deploymentEnvironmentUuid: '{00000000}' },
      'no environment': { deploymentEnvironmentUuid: undefined },
    },
  },
  'Terraform Cloud': {
    template: 'terraform',
    values: {
      organization: 'acme',
      workspace: 'prod-web',
      workspace_id: 'ws-mbsd5E3Ktt5Rg2Xm',
    },
    claims: terraformClaims,
    also: { 'the other phase': { terraform_run_phase: 'plan' } },
    neighbours: {
      'the workspace made anew': { terraform_workspace_id: 'ws-2' },
      'another phase': { terraform_run_phase: 'test' },
      'another project': { sub: terraformClaims().sub.replace('Default', 'Other') },
    },
  },
  Jenkins: {
    template: 'jenkins',
    values: {
      issuer: 'https://jenkins.example.com/oidc',
      job_url: 'https://jenkins.example.com/job/acme/job/web/job/main/',
    },
    claims: jenkinsClaims,
    neighbours: {
      'another job': { sub: 'https://jenkins.example.com/job/acme/job/web/job/x/' },
      'the folder': { sub: 'https://jenkins.example.com/job/acme/job/web/' },
    },
  },
  'Google Cloud': {
    template: 'google',
    values: { service_account_id: '112233445566778899001' },
    claims: googleClaims,
    neighbours: { 'the address, with another account': { sub: '998877665544332211009' } },
  },
  Azure: {
    template: 'azure',
    values: { tenant_id: TENANT, object_id: azureClaims().sub },
    claims: azureClaims,
    neighbours: { 'another identity of the directory': { sub: TENANT } },
  },
  'Azure, the second version': {
    template: 'azure',
    values: { tenant_id: TENANT, object_id: azureClaims().sub, token_version: '2.0' },
    claims: (fields) =>
      azureClaims({
        iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        ver: '2.0',
        ...fields,
      }),
    neighbours: { 'another identity of the directory': { sub: TENANT } },
  },
  SPIFFE: {
    template: 'spiffe',
    values: { issuer: 'https://spire.example.com', spiffe_id: 'spiffe://example.org/web/registry' },
    claims: spireClaims,
    neighbours: {
      'a workload below it': { sub: 'spiffe://example.org/web/registry/x' },
      'another trust domain': { sub: 'spiffe://example.com/web/registry' },
    },
  },
  'Fly.io': {
    template: 'fly',
    values: { organization: 'acme', app: 'web', app_id: '3671581' },
    claims: flyClaims,
    also: { 'another machine': { sub: 'acme:web:148ed193b95189' } },
    neighbours: {
      'the name, with another app': { app_id: '3671582' },
      'another app': { sub: 'acme:api:4d896e6a9d5583' },
    },
  },
}
