import { describe, expect, it } from 'vitest'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { assertNotOpen } from '../../src/domain/open-entries.ts'

const GITHUB = 'https://token.actions.githubusercontent.com'
const GITLAB = 'https://gitlab.com'
const BUILDKITE = 'https://agent.buildkite.com'
const TERRAFORM = 'https://app.terraform.io'
const GOOGLE = 'https://accounts.google.com'
const OTHER = 'https://ci.example'

const entry = (issuer: string, subject: string, claims?: FederationEntry['claims']) => ({
  issuer,
  subject,
  subject_match: 'glob' as const,
  claims,
})

describe('a pattern', () => {
  it.each<[string, string, FederationEntry['claims']?]>([
    [GITHUB, 'repo:acme/*'],
    [GITHUB, 'repo:acme/web:**'],
    [GITHUB, 'repo:acme@123456/web@456789:ref:refs/tags/v*'],
    [GITHUB, 'repository_owner_id:123456:*'],
    [GITHUB, 'job_workflow_ref:acme/shared/x.yml@refs/heads/main:repo:acme/*'],
    [GITHUB, 'job_workflow_ref:acme/shared/*', { repository_owner_id: '123456' }],
    [GITHUB, 'repo:acme*/web*:environment:production', { repository_id: '456789' }],
    [GITHUB, 'repo:*', { repository_owner_id: ['1', '2'] }],
    [GITHUB, '**', { '/repository_id': '456789' }],
    [GITLAB, 'project_path:acme/platform/web:ref_type:*:ref:**'],
    [GITLAB, 'project_path:*', { namespace_id: '72' }],
    [BUILDKITE, 'organization:acme:*'],
    [BUILDKITE, 'organization:*', { organization_id: '0184990a' }],
    [TERRAFORM, 'organization:acme:project:**'],
    ['https://oidc.circleci.com/org/3c6f', 'org/**'],
    [OTHER, 'repo:*'],
    [OTHER, '**', { project: 'web' }],
    [OTHER, '**', { project: { glob: 'web-*' } }],
    [OTHER, '**', { iss: OTHER, sub: 'build' }],
    [OTHER, '**', { '/issuer/name': 'a' }],
    ['https://gitlab.example.com', 'project_path:*'],
  ])('of one tenant may be stored: %s %s %j', (issuer, subject, claims) => {
    expect(() => assertNotOpen([entry(issuer, subject, claims)])).not.toThrow()
  })

  it.each<[string, string, FederationEntry['claims']?]>([
    [GITHUB, 'repo:*'],
    [GITHUB, 'repo:**'],
    [GITHUB, 'repo:acme*'],
    [GITHUB, 'repo:acme*/x'],
    [GITHUB, 'repo:*/web:ref:refs/heads/main'],
    [GITHUB, 'rep*:acme/web'],
    [GITHUB, '**:environment:production'],
    [GITHUB, 'job_workflow_ref:acme/shared/*'],
    [GITHUB, 'job_workflow_ref:acme/shared/*:repo:acme/*'],
    [GITHUB, 'job_workflow_ref:acme/shared/*', { job_workflow_ref: 'acme/shared/x.yml@refs/v1' }],
    [GITHUB, 'workflow:x:repository_owner:acme:*'],
    [`${GITHUB}/octo`, 'repo:*/web'],
    [GITHUB, 'repo:*', { environment: 'production' }],
    [GITHUB, 'repo:*', { repository_id: { glob: '*' } }],
    [GITHUB, 'repo:*', { repository: 'acme/web' }],
    [GITLAB, 'project_path:*'],
    [GITLAB, 'project_path:acme*:ref_type:branch:ref:main'],
    [BUILDKITE, 'organization:*'],
    [BUILDKITE, 'organization:acme*'],
    [TERRAFORM, 'organization:*:project:*:workspace:prod'],
    [GOOGLE, '10769*'],
  ])('that leaves the tenant open is refused: %s %s %j', (issuer, subject, claims) => {
    expect(() => assertNotOpen([entry(issuer, subject, claims)])).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: expect.stringMatching(/^Subject '.*' leaves open whose job it is at \w+/),
      }),
    )
  })

  it.each<[string, FederationEntry['claims']?]>([
    ['*'],
    ['**'],
    ['*:*/*'],
    ['**', { project: { glob: '**' } }],
    ['**', { iss: OTHER }],
    ['**', { '/iss': OTHER, '/aud/0': 'https://robots.example.com' }],
    ...['aud', 'exp', 'iat', 'nbf', 'jti'].map((name): [string, FederationEntry['claims']] => [
      '*',
      { [name]: 'a' },
    ]),
  ])('that says nothing is refused at any issuer: %s %j', (subject, claims) => {
    for (const issuer of [OTHER, GITHUB]) {
      expect(() => assertNotOpen([entry(issuer, subject, claims)])).toThrow(
        `Subject '${subject}' stands for everybody: write more of it out, or add claims`,
      )
    }
  })
})

it('names what to pin', () => {
  expect(() => assertNotOpen([entry(GITLAB, 'project_path:*')])).toThrow(
    "Subject 'project_path:*' leaves open whose job it is at GitLab: write out the owner, or have claims pin project_id or namespace_id",
  )
})

it('lets a subject that is no pattern be what it is', () => {
  expect(() => assertNotOpen([{ issuer: GITHUB, subject: 'repo:acme' }])).not.toThrow()
})
