import { expect, it } from 'vitest'
import { warningsOf } from '../../src/domain/entry-warnings.ts'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'

const GITHUB = 'https://token.actions.githubusercontent.com'
const AUDIENCES = ['https://robots.example.com']
const glob = { subject_match: 'glob' as const }

const codes = (entry: FederationEntry, mayPush = false) =>
  warningsOf({ audiences: AUDIENCES, ...entry }, { mayPush }).map(({ code }) => code)

it.each<[FederationEntry, string[]]>([
  [{ issuer: 'https://ci.example', subject: 'job' }, []],
  [{ issuer: 'https://ci.example', subject: 'job', audiences: undefined }, ['no_audience']],
  [{ issuer: 'http://ci.example', subject: 'job' }, ['plain_http']],
  [{ issuer: 'http://ci.example', subject: 'job', issuer_ref: 'ci' }, []],
  [{ issuer: GITHUB, subject: 'repo:acme/web:environment:production' }, ['mutable_name']],
  [{ issuer: GITHUB, subject: 'repo:acme/web:ref:main', claims: { repository_id: '1' } }, []],
  [{ issuer: GITHUB, subject: 'repository_owner:acme' }, ['mutable_name']],
  [{ issuer: GITHUB, subject: 'environment:production' }, ['any_tenant']],
  [{ issuer: GITHUB, subject: 'environment:production', claims: { ref: 'x' } }, ['any_tenant']],
  [{ issuer: GITHUB, subject: 'ref:refs/heads/main', claims: { repository_owner_id: '1' } }, []],
  [{ issuer: GITHUB, subject: 'job_workflow_ref:acme/ci/x.yml@refs/heads/main' }, ['any_tenant']],
  [{ issuer: 'https://gitlab.com', subject: 'ref_type:branch:ref:main' }, ['any_tenant']],
  [{ issuer: 'https://app.terraform.io', subject: 'workspace:prod' }, ['any_tenant']],
  [{ issuer: 'https://agent.buildkite.com', subject: 'pipeline:web' }, ['any_tenant']],
  [{ issuer: 'https://accounts.google.com', subject: 'ci@acme.example' }, ['any_tenant']],
  [{ issuer: GITHUB, subject: 'repo:acme/web:ref:main', claims: { ref: 'x' } }, ['mutable_name']],
  [{ issuer: GITHUB, subject: 'repo:acme@12/web@34:ref:main' }, []],
  [{ issuer: GITHUB, subject: 'repo:acme/*', ...glob }, ['mutable_name', 'whole_owner']],
  [
    { issuer: GITHUB, subject: 'repo:acme/*', ...glob, claims: { repository_owner_id: '1' } },
    ['whole_owner'],
  ],
  [{ issuer: GITHUB, subject: 'repo:acme/*', ...glob, claims: { repository_id: '1' } }, []],
  [{ issuer: GITHUB, subject: 'repo:acme/**', ...glob }, ['mutable_name', 'whole_owner']],
  [{ issuer: GITHUB, subject: 'repo:acme/*:ref:main', ...glob }, ['mutable_name', 'whole_owner']],
  [{ issuer: GITHUB, subject: 'repo:acme/*-web:ref:main', ...glob }, ['mutable_name']],
  [
    { issuer: 'https://gitlab.com', subject: 'project_path:a/b:ref_type:branch:ref:main' },
    ['mutable_name'],
  ],
  [
    { issuer: 'https://gitlab.example', subject: 'project_path:a/b:ref_type:branch:ref:main' },
    ['mutable_name'],
  ],
  [{ issuer: 'https://k8s.example', subject: 'system:serviceaccount:web:push' }, ['mutable_name']],
  [
    { issuer: 'https://k8s.example', subject: 'system:serviceaccount:web:default' },
    ['mutable_name', 'default_service_account'],
  ],
  [
    {
      issuer: 'https://k8s.example',
      subject: 'system:serviceaccount:web:push',
      claims: { '/kubernetes.io/serviceaccount/uid': 'f5720c1d' },
    },
    [],
  ],
  [{ issuer: 'https://accounts.google.com', subject: '107690000000000000000' }, []],
  [{ issuer: 'https://spire.example', subject: 'spiffe://acme/web' }, []],
  [
    {
      issuer: 'https://login.microsoftonline.com/72f9/v2.0',
      subject: 'a1b2c3d4-477b-4fa8-9968-496074483cee',
    },
    [],
  ],
  [{ issuer: 'https://sts.windows.net/72f9/', subject: 'web' }, ['mutable_name']],
  [{ issuer: 'https://acme.app.spacelift.io', subject: 'space:prod:stack:web' }, ['mutable_name']],
  [
    {
      issuer: 'https://acme.app.us.spacelift.io',
      subject: 'space:prod:stack:web',
      claims: { spaceId: 'prod-01' },
    },
    [],
  ],
  [
    {
      issuer: 'https://agent.buildkite.com',
      subject: 'organization:acme:pipeline:web:ref:refs/heads/main:commit:9f3:step:build',
      claims: { pipeline_id: 'x' },
    },
    ['changes_every_run'],
  ],
  [
    {
      issuer: 'https://agent.buildkite.com',
      subject: 'organization:acme:pipeline:web:ref:refs/heads/main:commit:*:step:*',
      ...glob,
      claims: { pipeline_id: 'x' },
    },
    [],
  ],
  [
    {
      issuer: 'https://oidc.circleci.com/org/3c6f',
      subject: 'org/3c6f/project/b1a2/user/77aa',
      claims: { 'oidc.circleci.com/project-id': 'b1a2' },
    },
    ['changes_every_run'],
  ],
  [
    { issuer: 'https://oidc.fly.io/acme', subject: 'acme:web:machine1', claims: { app_id: '1' } },
    ['changes_every_run'],
  ],
  [
    {
      issuer: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
      subject: '{0184990a-477b-4fa8-9968-496074483cee}:{1184990a-477b-4fa8-9968-496074483cee}',
    },
    ['changes_every_run'],
  ],
])('warns of %j: %j', (entry, expected) => {
  expect(codes(entry)).toEqual(expected)
})

it.each(['repo:acme/web:pull_request', 'repo:acme/web:ref:refs/pull/7/merge'])(
  'warns of pull requests where the robot may push: %s',
  (subject) => {
    const entry = { issuer: GITHUB, subject, claims: { repository_id: '1' } }
    expect(codes(entry, true)).toEqual(['pull_requests'])
    expect(codes(entry, false)).toEqual([])
  },
)

it.each<[string, FederationEntry['claims'], string[]]>([
  ['repo:acme/web:*', {}, ['pull_requests']],
  ['repo:acme*/web*:**', {}, ['pull_requests']],
  ['repo:acme/web:pull_*', { event_name: 'pull_request' }, ['pull_requests']],
  ['repo:acme/web:*', { event_name: ['push', 'release'] }, []],
  ['repo:acme/web:ref:refs/heads/**', {}, []],
  ['repo:acme/web:environment:*', {}, []],
])('warns of pull requests that a pattern admits: %s, %j', (subject, claims, expected) => {
  const entry = { issuer: GITHUB, subject, ...glob, claims: { repository_id: '1', ...claims } }
  expect(codes(entry, true)).toEqual(expected)
})

it('says what to write instead', () => {
  const entry = { issuer: 'https://oidc.fly.io/acme', subject: 'acme:web:m1', audiences: AUDIENCES }
  expect(warningsOf(entry, { mayPush: false }).map(({ message }) => message)).toEqual([
    'another may get this name at Fly.io once it is given up: have claims pin app_id or org_id',
    'at Fly.io this subject is another one in the next run: write a pattern, ORG:APP:*',
  ])
})
