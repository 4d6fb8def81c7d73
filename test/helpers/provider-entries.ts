import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import {
  AUDIENCE,
  buildkiteClaims,
  githubClaims,
  gitlabClaims,
  kubernetesClaims,
  type ProviderClaims,
  terraformClaims,
} from './provider-claims.ts'

// Entries for six providers, each with the claims that the provider documents, and its neighbours' that get nothing.

interface Case {
  entry: FederationEntry
  claims: ProviderClaims
  /** What a token must not have instead. */
  neighbours: Record<string, object>
}

export const PROVIDER_ENTRIES: Record<string, Case> = {
  'GitHub, one repository in one environment': {
    entry: {
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 'repo:acme*/web*:environment:production',
      subject_match: 'glob',
      audiences: [AUDIENCE],
      claims: { repository_id: '456789', repository_owner_id: '123456' },
      expires_in: 900,
      single_use: true,
      registry_scopes: ['repository:acme/web:pull,push'],
    },
    claims: githubClaims(),
    neighbours: {
      'the name, taken by another owner': {
        repository_id: '999999',
        repository_owner_id: '888888',
      },
      'another environment': { sub: 'repo:acme/web:environment:staging' },
      'an environment beyond a slash': { sub: 'repo:acme/x/web:environment:production' },
      'an event that runs what outsiders propose': { event_name: 'pull_request_target' },
      'what another workflow started': { event_name: 'workflow_run' },
    },
  },
  'GitHub, a shared workflow on tags': {
    entry: {
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 'repo:acme@123456/web@456789:ref:refs/tags/v*',
      subject_match: 'glob',
      audiences: [AUDIENCE],
      claims: {
        job_workflow_ref: { glob: 'acme/shared/.github/workflows/publish.yml@refs/tags/v2*' },
        event_name: ['push', 'release'],
      },
    },
    claims: githubClaims({
      sub: 'repo:acme@123456/web@456789:ref:refs/tags/v1.4.0',
      ref: 'refs/tags/v1.4.0',
      job_workflow_ref: 'acme/shared/.github/workflows/publish.yml@refs/tags/v2.1.0',
      event_name: 'release',
    }),
    neighbours: {
      'the repository made anew': { sub: 'repo:acme@123456/web@999999:ref:refs/tags/v1.4.0' },
      'a branch': { sub: 'repo:acme@123456/web@456789:ref:refs/heads/v1.4.0' },
      'another event': { event_name: 'workflow_dispatch' },
      'the workflow on a branch': {
        job_workflow_ref: 'acme/shared/.github/workflows/publish.yml@refs/heads/v2',
      },
      'another workflow': { job_workflow_ref: 'acme/shared/.github/workflows/x.yml@refs/tags/v2' },
    },
  },
  GitLab: {
    entry: {
      issuer: 'https://gitlab.example.com',
      subject: 'project_path:acme/platform/web:ref_type:*:ref:**',
      subject_match: 'glob',
      audiences: [AUDIENCE],
      claims: { project_id: '20', namespace_id: '72', ref_protected: 'true' },
    },
    claims: gitlabClaims({
      iss: 'https://gitlab.example.com',
      sub: 'project_path:acme/platform/web:ref_type:branch:ref:release/1.4',
    }),
    neighbours: {
      'the path, taken by another project': { project_id: '21' },
      'a ref that is not protected': { ref_protected: 'false' },
      'another type': { ref_protected: true },
      'another project': { sub: 'project_path:acme/platform/api:ref_type:branch:ref:main' },
    },
  },
  Kubernetes: {
    entry: {
      issuer: 'https://kubernetes.default.svc.cluster.local',
      issuer_ref: 'prod-eu',
      subject: 'system:serviceaccount:web:registry',
      audiences: [AUDIENCE],
      claims: { '/kubernetes.io/serviceaccount/uid': 'f5720c1d-e152-4356-a897-11b07aff165d' },
      max_token_age: 3600,
      registry_scopes: ['repository:acme/*:pull'],
    },
    claims: kubernetesClaims({ iss: 'https://kubernetes.default.svc.cluster.local' }),
    neighbours: {
      'the service account made anew': {
        'kubernetes.io': { serviceaccount: { name: 'registry', uid: '00000000' } },
      },
      'another service account': { sub: 'system:serviceaccount:web:default' },
      'a token of the old form': { 'kubernetes.io': undefined },
    },
  },
  Buildkite: {
    entry: {
      issuer: 'https://agent.buildkite.com',
      subject: 'organization:acme:pipeline:web:ref:refs/heads/main:commit:*:step:*',
      subject_match: 'glob',
      audiences: [AUDIENCE],
      claims: { organization_id: '0184990a-477b-4fa8-9968-496074483cee' },
    },
    claims: buildkiteClaims(),
    neighbours: {
      'the organization’s name, taken by another': { organization_id: '0284990a' },
      'another branch': {
        sub: 'organization:acme:pipeline:web:ref:refs/heads/x:commit:9f31:step:build',
      },
      'another pipeline': {
        sub: 'organization:acme:pipeline:api:ref:refs/heads/main:commit:9f31:step:build',
      },
    },
  },
  'Terraform Cloud': {
    entry: {
      issuer: 'https://app.terraform.io',
      subject: 'organization:acme:project:Default Project:workspace:prod-web:run_phase:*',
      subject_match: 'glob',
      audiences: [AUDIENCE],
      claims: {
        terraform_workspace_id: 'ws-mbsd5E3Ktt5Rg2Xm',
        terraform_run_phase: ['plan', 'apply'],
      },
      expires_in: 600,
      registry_scopes: ['repository:acme/*:pull'],
    },
    claims: terraformClaims(),
    neighbours: {
      'the workspace made anew': { terraform_workspace_id: 'ws-2' },
      'another phase': { terraform_run_phase: 'test' },
      'another workspace': {
        sub: 'organization:acme:project:Default Project:workspace:dev-web:run_phase:apply',
      },
    },
  },
}
