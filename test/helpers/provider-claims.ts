// What platforms claim of a job, as they document it, and in its real size. `iss` and `sub` are among it.

export type ProviderClaims = Record<string, unknown> & { iss: string; sub: string }

export const AUDIENCE = 'https://robots.example.com'

export const githubClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:acme/web:environment:production',
  aud: AUDIENCE,
  jti: crypto.randomUUID(),
  ref: 'refs/heads/main',
  sha: '9f2b7c1e5a8d4f60b3c2a1908f7e6d5c4b3a2918',
  repository: 'acme/web',
  repository_owner: 'acme',
  repository_id: '456789',
  repository_owner_id: '123456',
  repository_visibility: 'private',
  run_id: '12345678901',
  run_number: '57',
  run_attempt: '1',
  actor: 'alice',
  actor_id: '1001',
  workflow: 'publish',
  workflow_ref: 'acme/web/.github/workflows/publish.yml@refs/heads/main',
  workflow_sha: '9f2b7c1e5a8d4f60b3c2a1908f7e6d5c4b3a2918',
  job_workflow_ref: 'acme/web/.github/workflows/publish.yml@refs/heads/main',
  job_workflow_sha: '9f2b7c1e5a8d4f60b3c2a1908f7e6d5c4b3a2918',
  head_ref: '',
  base_ref: '',
  event_name: 'push',
  ref_type: 'branch',
  ref_protected: 'true',
  environment: 'production',
  runner_environment: 'github-hosted',
  ...fields,
})

/** Of a user in two hundred groups, which makes a token of 16 KB. */
export const gitlabClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://gitlab.com',
  sub: 'project_path:acme/platform/web:ref_type:branch:ref:main',
  aud: AUDIENCE,
  jti: crypto.randomUUID(),
  namespace_id: '72',
  namespace_path: 'acme/platform',
  project_id: '20',
  project_path: 'acme/platform/web',
  user_id: '1',
  user_login: 'alice',
  user_email: 'alice@example.com',
  user_access_level: 'maintainer',
  user_identities: [{ provider: 'github', extern_uid: '2435223452345' }],
  groups_direct: Array.from({ length: 200 }, (_, n) => `acme/group-with-a-rather-long-name-${n}`),
  pipeline_id: '574',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'main',
  ref_type: 'branch',
  ref_path: 'refs/heads/main',
  ref_protected: 'true',
  environment: 'production',
  environment_protected: 'true',
  deployment_tier: 'production',
  runner_id: 1,
  runner_environment: 'self-hosted',
  sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  project_visibility: 'private',
  ci_config_ref_uri: 'gitlab.com/acme/platform/web//.gitlab-ci.yml@refs/heads/main',
  ci_config_sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  ...fields,
})

export const kubernetesClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://oidc.cluster.example.com',
  sub: 'system:serviceaccount:web:registry',
  aud: [AUDIENCE],
  jti: crypto.randomUUID(),
  'kubernetes.io': {
    namespace: 'web',
    node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
    pod: { name: 'registry-5d9c', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
    serviceaccount: { name: 'registry', uid: 'f5720c1d-e152-4356-a897-11b07aff165d' },
  },
  ...fields,
})

export const buildkiteClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://agent.buildkite.com',
  sub: 'organization:acme:pipeline:web:ref:refs/heads/main:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build',
  aud: AUDIENCE,
  organization_slug: 'acme',
  organization_id: '0184990a-477b-4fa8-9968-496074483cee',
  pipeline_slug: 'web',
  pipeline_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
  build_number: 1,
  build_branch: 'main',
  build_tag: null,
  build_commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
  build_source: 'webhook',
  step_key: 'build',
  job_id: '0184990a-477b-4fa8-9968-496074483ccc',
  agent_id: '0184990a-4782-42b5-afc1-16715b10b8ee',
  runner_environment: 'self-hosted',
  ...fields,
})

export const circleciClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://oidc.circleci.com/org/7b1e4d3a-0f6c-4c55-9a0e-2d7f3e9b8c10',
  sub: 'org/7b1e4d3a-0f6c-4c55-9a0e-2d7f3e9b8c10/project/c2a9b7f4-1d3e-4f5a-8b6c-9d0e1f2a3b4c/user/1f0e2d3c-4b5a-4968-8776-a5b4c3d2e1f0',
  aud: AUDIENCE,
  'oidc.circleci.com/project-id': 'c2a9b7f4-1d3e-4f5a-8b6c-9d0e1f2a3b4c',
  'oidc.circleci.com/context-ids': ['0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d'],
  'oidc.circleci.com/vcs-origin': 'github.com/acme/web',
  'oidc.circleci.com/vcs-ref': 'refs/heads/main',
  'oidc.circleci.com/ssh-rerun': false,
  ...fields,
})

const REPOSITORY_UUID = '{b34be6b2-7a15-4f6e-9a35-d0a4a1f1b0d2}'

export const bitbucketClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
  sub: `${REPOSITORY_UUID}:{5c1f2a9e-3f6a-4f0e-8d5b-1a2b3c4d5e6f}`,
  aud: AUDIENCE,
  repositoryUuid: REPOSITORY_UUID,
  workspaceUuid: '{c7a1d1a0-2f3b-4d1c-9e8f-7a6b5c4d3e2f}',
  pipelineUuid: '{8e7d6c5b-4a39-4281-9706-f5e4d3c2b1a0}',
  pipelineRunUuid: '{2d3c4b5a-6978-4a1b-8c2d-3e4f5a6b7c8d}',
  stepUuid: '{5c1f2a9e-3f6a-4f0e-8d5b-1a2b3c4d5e6f}',
  branchName: 'main',
  ...fields,
})

export const terraformClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://app.terraform.io',
  sub: 'organization:acme:project:Default Project:workspace:prod-web:run_phase:apply',
  aud: AUDIENCE,
  jti: crypto.randomUUID(),
  terraform_organization_id: 'org-GRNbCjYNpBB6NEBH',
  terraform_organization_name: 'acme',
  terraform_project_id: 'prj-vegSA59s1XPwMr2t',
  terraform_project_name: 'Default Project',
  terraform_workspace_id: 'ws-mbsd5E3Ktt5Rg2Xm',
  terraform_workspace_name: 'prod-web',
  terraform_run_id: 'run-W6K3LhdWxfbh3K9o',
  terraform_run_phase: 'apply',
  terraform_full_workspace: 'organization:acme:project:Default Project:workspace:prod-web',
  ...fields,
})

export const jenkinsClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://jenkins.example.com/oidc',
  sub: 'https://jenkins.example.com/job/acme/job/web/job/main/',
  aud: AUDIENCE,
  build_number: 57,
  ...fields,
})

export const googleClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://accounts.google.com',
  sub: '112233445566778899001',
  azp: '112233445566778899001',
  aud: AUDIENCE,
  email: 'deployer@acme-prod.iam.gserviceaccount.com',
  email_verified: true,
  ...fields,
})

/** Of a managed identity, in the first version. */
export const azureClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/',
  sub: '3f9b6c2e-8a1d-4e57-b0c4-5d6e7f809102',
  aud: AUDIENCE,
  appid: '0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9',
  appidacr: '2',
  idp: 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/',
  oid: '3f9b6c2e-8a1d-4e57-b0c4-5d6e7f809102',
  tid: '72f988bf-86f1-41af-91ab-2d7cd011db47',
  uti: 'Qm9iIGlzIGhlcmU',
  ver: '1.0',
  ...fields,
})

export const spireClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://spire.example.com',
  sub: 'spiffe://example.org/web/registry',
  aud: [AUDIENCE],
  ...fields,
})

export const flyClaims = (fields: object = {}): ProviderClaims => ({
  iss: 'https://oidc.fly.io/acme',
  sub: 'acme:web:4d896e6a9d5583',
  aud: AUDIENCE,
  jti: crypto.randomUUID(),
  app_id: '3671581',
  app_name: 'web',
  image: 'registry.fly.io/web:deployment-01',
  image_digest: 'sha256:9a1e0d3c6b5f4e2a8d7c6b5a49382716f5e4d3c2b1a09f8e7d6c5b4a39281706',
  machine_id: '4d896e6a9d5583',
  machine_name: 'ancient-snow-4824',
  machine_version: '01H5RNFCTKJYM3SDX7PD3VW5V6',
  org_id: '29873298',
  org_name: 'acme',
  region: 'fra',
  ...fields,
})
