import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { type ExternalIdentity, judge } from '../../src/domain/federation-verdict.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Entries for six providers, each with the claims that the provider documents, and its neighbours' that get nothing.

const AUDIENCE = 'https://robots.example.com'
const NOW = new Date('2026-11-29T12:00:00Z')
const IAT = NOW.getTime() / 1000 - 20

type Claims = Record<string, unknown> & { iss: string; sub: string }

interface Case {
  entry: FederationEntry
  claims: Claims
  /** What a token must not have instead. */
  neighbours: Record<string, object>
}

const github = (fields: object): Claims => ({
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:acme/web:environment:production',
  aud: AUDIENCE,
  jti: '3bc1e5a8-6f0e-4d9e-8c0d-1f4b8f2b8a51',
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
  job_workflow_ref: 'acme/web/.github/workflows/publish.yml@refs/heads/main',
  event_name: 'push',
  ref_type: 'branch',
  ref_protected: 'true',
  environment: 'production',
  runner_environment: 'github-hosted',
  ...fields,
})

const CASES: Record<string, Case> = {
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
    claims: github({}),
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
    claims: github({
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
    claims: {
      iss: 'https://gitlab.example.com',
      sub: 'project_path:acme/platform/web:ref_type:branch:ref:release/1.4',
      aud: AUDIENCE,
      jti: '235b3a54-b797-45c7-ae9a-f72d7bc6ef5b',
      namespace_id: '72',
      namespace_path: 'acme/platform',
      project_id: '20',
      project_path: 'acme/platform/web',
      user_id: '1',
      user_login: 'alice',
      user_email: 'alice@example.com',
      pipeline_id: '574',
      pipeline_source: 'push',
      job_id: '302',
      ref: 'release/1.4',
      ref_type: 'branch',
      ref_protected: 'true',
      groups_direct: Array.from({ length: 200 }, (_, n) => `acme/group-with-a-long-name-${n}`),
      runner_environment: 'self-hosted',
    },
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
    claims: {
      iss: 'https://kubernetes.default.svc.cluster.local',
      sub: 'system:serviceaccount:web:registry',
      aud: [AUDIENCE],
      jti: '8c8e5d1e-0a5f-4f8a-9a37-7c1b9f1d3c55',
      'kubernetes.io': {
        namespace: 'web',
        node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
        pod: { name: 'registry-5d9c', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
        serviceaccount: { name: 'registry', uid: 'f5720c1d-e152-4356-a897-11b07aff165d' },
      },
    },
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
    claims: {
      iss: 'https://agent.buildkite.com',
      sub: 'organization:acme:pipeline:web:ref:refs/heads/main:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build',
      aud: AUDIENCE,
      organization_slug: 'acme',
      organization_id: '0184990a-477b-4fa8-9968-496074483cee',
      pipeline_slug: 'web',
      pipeline_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
      build_number: 1,
      build_branch: 'main',
      build_commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
      step_key: 'build',
      job_id: '0184990a-477b-4fa8-9968-496074483ccc',
      agent_id: '0184990a-4782-42b5-afc1-16715b10b8ee',
      runner_environment: 'self-hosted',
    },
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
      claims: { terraform_workspace_id: 'ws-1', terraform_run_phase: ['plan', 'apply'] },
      expires_in: 600,
      registry_scopes: ['repository:acme/*:pull'],
    },
    claims: {
      iss: 'https://app.terraform.io',
      sub: 'organization:acme:project:Default Project:workspace:prod-web:run_phase:apply',
      aud: AUDIENCE,
      jti: '1192426d-b525-4fde-9d42-f238be437bbd',
      terraform_organization_id: 'org-GRNbCjYNpBB6NEBH',
      terraform_organization_name: 'acme',
      terraform_project_id: 'prj-vegSA59s1XPwMr2t',
      terraform_project_name: 'Default Project',
      terraform_workspace_id: 'ws-1',
      terraform_workspace_name: 'prod-web',
      terraform_run_id: 'run-W6K3LhdWxfbh3K9o',
      terraform_run_phase: 'apply',
      terraform_full_workspace: 'organization:acme:project:Default Project:workspace:prod-web',
    },
    neighbours: {
      'the workspace made anew': { terraform_workspace_id: 'ws-2' },
      'another phase': { terraform_run_phase: 'test' },
      'another workspace': {
        sub: 'organization:acme:project:Default Project:workspace:dev-web:run_phase:apply',
      },
    },
  },
}

/** As the verifier reads a token of these claims. */
function identityOf(entry: FederationEntry, claims: Claims): ExternalIdentity {
  const { iss: issuer, sub: subject, aud } = claims
  const audiences = Array.isArray(aud) ? aud : aud === undefined ? [] : [String(aud)]
  return {
    issuer,
    subject,
    audiences,
    issuerRef: entry.issuer_ref,
    claims: { iat: IAT, ...claims },
  }
}

describe.each(Object.entries(CASES))('%s', (_, { entry, claims, neighbours }) => {
  const verdict = (changes: object) =>
    judge([entry], identityOf(entry, { ...claims, ...changes }), NOW)

  it('admits the job that it is for', () => {
    expect(verdict({})).toMatchObject({ entry })
  })

  it.each(
    Object.entries({
      ...neighbours,
      'another audience': { aud: 'https://cloud.example.com' },
      'no audience': { aud: undefined },
      'another issuer': { iss: `${claims.iss}.evil.example` },
      ...(entry.max_token_age !== undefined && { 'an older token': { iat: IAT - 3600 } }),
    }),
  )('admits no other: %s', (_, changes) => {
    expect(verdict(changes)).not.toHaveProperty('entry')
  })
})

describe('all of them', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await startStage()
    await stage.people('alice')
    await stage.organization('acme')
  })
  afterAll(() => stage.close())

  it('are stored as they are written', async () => {
    const alice = await stage.client('alice', 'user:admin', 'org:admin')
    const entries = Object.values(CASES).map(({ entry }) => entry)
    for (const robot of ['/api/v1/user/robots/ci', '/api/v1/organization/acme/robots/ci']) {
      await alice.put(robot)
      const { body } = await alice.post(`${robot}/federation`, entries)
      expect(body).toEqual(entries)
      expect((await alice.get(`${robot}/federation`).expect(200)).body).toEqual(entries)
    }
  })
})
