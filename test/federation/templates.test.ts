import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { warningsOf } from '../../src/domain/entry-warnings.ts'
import { type Client, shapeA } from '../helpers/api.ts'
import { exchangeOf, issuersWith } from '../helpers/federation.ts'
import {
  AUDIENCE,
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
} from '../helpers/provider-claims.ts'
import { createMint, createSigningKey, type Mint } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Each template makes an entry that is stored as it is, admits the job that it is for, and no other.

const TEMPLATES = '/api/v1/federation/templates'
const ROBOTS = '/api/v1/organization/acme/robots'

interface Case {
  template: string
  values: Record<string, string>
  claims: (fields?: object) => ProviderClaims
  /** What else a token may say. */
  also?: Record<string, object>
  /** What a token must not have instead. */
  neighbours: Record<string, object>
}

const REPOSITORY = { repo: 'acme/web', repository_id: '456789' }
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

const CASES: Record<string, Case> = {
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

/** Values that somebody might give, and nobody should. */
const ODD = [
  ...[',', 'a,,', '*', '**', 'a*b', '\\', '\\\\', '%', '{}', '-', '..', '/', 'a:b', '\u202e', '0'],
  ...['x'.repeat(513), 'x'.repeat(3000), '😀'.repeat(256), ':'.repeat(512), '*'.repeat(512)],
  ...['a,'.repeat(255), `https://${'a'.repeat(500)}/`, 'https://a.b/*/', 'https://%31.0.0.1/'],
]

let stage: Stage
let mint: Mint
let alice: Client
const anybody = () => stage.api.as()

beforeAll(async () => {
  const key = await createSigningKey('RS256', 'first')
  mint = createMint('', key)
  const issuers = Object.values(CASES)
    .filter(({ values }) => values.issuer_ref === undefined)
    .map(({ claims }) => claims().iss)
  stage = await startStage({ config: { issuers: issuersWith(key, ...new Set(issuers)) } })
  await stage.people('alice')
  await stage.organization('acme')
  alice = await stage.client('alice', 'org:admin')
  const record = {
    issuer: 'https://kubernetes.default.svc.cluster.local',
    jwks: { keys: [key.publicJwk] },
  }
  await alice.put('/api/v1/organization/acme/issuers/prod-eu', record).expect(200)
})
afterAll(() => stage.close())

const fill = (template: string, values: Record<string, string>) =>
  anybody().get(`${TEMPLATES}/${template}`).query(values)

describe.each(Object.entries(CASES))('%s', (title, { template, values, claims, ...tokens }) => {
  const robot = title.toLowerCase().replace(/\W+/g, '_')
  const exchange = (token: string) => exchangeOf(stage.url).basic(`acme+${robot}`, token)

  it('makes an entry that is stored as it is, without a warning', async () => {
    const { body: entry } = await fill(template, { ...values, audience: AUDIENCE }).expect(200)
    expect(warningsOf(entry, { mayPush: true })).toEqual([])
    await alice.put(`${ROBOTS}/${robot}`).expect(201)
    const { body } = await alice.post(`${ROBOTS}/${robot}/federation`, [entry])
    expect(body).toEqual([entry])
  })

  it.each(Object.entries({ 'its job': {}, ...tokens.also }))('admits %s', async (_, fields) => {
    const token = await mint(claims(fields))
    await exchange(token).expect(200)
    const [{ single_use: isSingle = false }] = (await alice.get(`${ROBOTS}/${robot}/federation`))
      .body
    await exchange(token).expect(isSingle ? 401 : 200)
  })

  it.each(
    Object.entries({
      ...tokens.neighbours,
      'another audience': { aud: 'https://cloud.example.com' },
      'no audience': { aud: undefined },
    }),
  )('admits no other: %s', async (_, fields) => {
    await exchange(await mint(claims(fields))).expect(401)
  })
})

describe('the list of templates', () => {
  it('says what each asks for, with an entry of placeholders', async () => {
    const { body } = await anybody().get(TEMPLATES).expect(200)
    const names = body.templates.map(({ name }: { name: string }) => name)
    expect([...names].sort()).toEqual(
      [...new Set(Object.values(CASES).map(({ template }) => template))].sort(),
    )
    const github = body.templates[0]
    expect(github).toMatchObject({
      name: 'github',
      title: 'GitHub Actions',
      one_of: ['environment', 'branch', 'tag'],
      entry: {
        subject: 'repo:OWNER*/NAME*:environment:ENVIRONMENT',
        audiences: [AUDIENCE],
        claims: { repository_id: 'REPOSITORY_ID' },
      },
    })
    expect(github.parameters[1]).toEqual({
      name: 'repository_id',
      description: 'Its number, which no other gets: gh api repos/OWNER/NAME --jq .id',
      placeholder: 'REPOSITORY_ID',
      required: true,
    })
    expect(github.parameters).toContainEqual(
      expect.objectContaining({ name: 'issuer', required: false, default: claimsOf('github').iss }),
    )
  })
})

const claimsOf = (name: string) =>
  (Object.values(CASES).find(({ template }) => template === name) as Case).claims()

describe('a template that is filled', () => {
  const filled = { ...REPOSITORY, branch: 'main' }

  it('names this service, where the caller names no audience', async () => {
    const { body } = await fill('github', filled).expect(200)
    expect(body.audiences).toEqual([stage.config.publicUrl])
  })

  it('goes by what the operator says of audiences and of the life of robot tokens', async () => {
    const policy = { ...stage.config.policy, audience: AUDIENCE }
    const other = await startStage({ config: { policy, robotTokenTtl: 300 } })
    try {
      const { body } = await other.api.as().get(`${TEMPLATES}/github`).query(filled)
      expect(body).toMatchObject({ audiences: [AUDIENCE], expires_in: 300 })
    } finally {
      await other.close()
    }
  })

  it('takes stars in a name as they are, where they are no pattern', async () => {
    const { body } = await fill('github', { ...REPOSITORY, environment: 'a*:b' }).expect(200)
    expect(body.subject).toBe('repo:acme*/web*:environment:a\\*%3Ab')
  })

  it.each<[string, Record<string, string>, string]>([
    ['a parameter is misspelt', { ...filled, repositry_id: '1' }, 'did you mean repository_id?'],
    [
      'one is missing',
      { repo: 'acme/web', branch: 'main' },
      'repository_id is missing: Its number, which no other gets: gh api repos/OWNER/NAME --jq .id',
    ],
    ['one is empty', { ...filled, repository_id: '' }, 'repository_id is missing'],
    ['one has another form', { ...filled, repo: 'web' }, "repo 'web' must be owner/name"],
    ['one has a line break', { ...filled, branch: 'a\nb' }, 'has a control character'],
    ['none of those is given', REPOSITORY, 'Give one of environment, branch, tag, and no more'],
    ['two of those are given', { ...filled, tag: 'v1' }, 'Give one of environment, branch, tag'],
    ['a pattern has too many stars', { ...filled, branch: '*/*/*' }, 'has more than 4 stars'],
    ['the audience stands for all', { ...filled, audience: '*' }, 'stands for no other'],
    ['the issuer is no address', { ...filled, issuer: 'github' }, 'Issuer must be a URL'],
  ])('is refused, with what is wrong: %s', async (_, values, words) => {
    const { status, body } = await fill('github', values)
    expect([status, body.error_type]).toEqual([400, 'invalid_request'])
    expect(body.detail).toContain(words)
  })

  // What is asked for by one parameter must not spoil the entry in a way that only storing it would show.
  it.each(
    Object.values(CASES).flatMap(({ template, values }) =>
      Object.keys(values).map((name): [string, string, Record<string, string>] => [
        template,
        name,
        { ...values, audience: AUDIENCE },
      ]),
    ),
  )('is refused, or stored as it is, whatever %s has as %s', async (template, name, values) => {
    await alice.put(`${ROBOTS}/odd`)
    for (const value of ODD) {
      const { status, body } = await fill(template, { ...values, [name]: value })
      expect([200, 400], value).toContain(status)
      if (status === 400) expect(body.error_type).toBe('invalid_request')
      else expect((await alice.post(`${ROBOTS}/odd/federation`, [body])).body).toEqual([body])
    }
  })

  it.each(
    Object.entries({
      events: ['github', { ...filled }],
      sources: ['gitlab', { project: 'acme/web', project_id: '20', branch: 'main' }],
      phases: ['terraform', { organization: 'a', workspace: 'b', workspace_id: 'ws-1' }],
    } as Record<string, [string, Record<string, string>]>),
  )(
    'takes names with commas between them for %s, and no others',
    async (name, [template, values]) => {
      const one = await fill(template, { ...values, [name]: 'push' }).expect(200)
      expect(Object.values(one.body.claims)).toContain('push')
      const two = await fill(template, { ...values, [name]: 'push, release' }).expect(200)
      expect(Object.values(two.body.claims)).toContainEqual(['push', 'release'])
      for (const value of [',', 'push,', 'push,,', '*', 'pu*', Array(51).fill('push').join()]) {
        const { body } = await fill(template, { ...values, [name]: value }).expect(400)
        expect(body.detail).toContain(`${name} '`)
        expect(body.detail).toContain('must be at most 50 names')
      }
    },
  )

  it('has a name that is known', async () => {
    const { status, body } = await fill('gihub', {})
    expect(status).toBe(404)
    const words = "There is no template 'gihub': did you mean github?"
    expect(body).toEqual(shapeA(stage.url, 404, 'not_found', words))
  })
})
