import type { FederationEntry } from './federation-entry.ts'
import { defineTemplate, type Values } from './federation-template.ts'
import {
  AUDIENCE,
  BRANCH,
  claimOf,
  JOB_TOKEN_LIFE,
  literally,
  NAME,
  NAMES,
  NUMBER,
  oneOfThese,
  PATH,
  refOf,
  subjectOf,
  TAG,
  UUID,
} from './template-parameters.ts'

const GITHUB = {
  repo: {
    description: 'Owner and name of the repository',
    placeholder: 'OWNER/NAME',
    form: { pattern: /^[\w.-]+\/[\w.-]+$/, words: 'owner/name' },
  },
  repository_id: {
    description:
      'Its number, which no other gets: gh api repos/OWNER/NAME --jq .id; or, ' +
      'of a public one, id at https://api.github.com/repos/OWNER/NAME',
    placeholder: 'REPOSITORY_ID',
    form: NUMBER,
  },
  repository_owner_id: {
    description:
      'The number of its owner, to end trust when it moves: gh api repos/OWNER/NAME --jq .owner.id',
    placeholder: 'OWNER_ID',
    form: NUMBER,
    optional: true,
  },
  environment: {
    description: 'The environment of the job, whatever its branch',
    placeholder: 'ENVIRONMENT',
    optional: true,
  },
  branch: BRANCH,
  tag: TAG,
  events: {
    description: 'What may start the workflow (event_name), separated by commas',
    placeholder: 'EVENTS',
    form: NAMES,
    default: 'push,release,schedule,workflow_dispatch',
  },
} as const

const GITHUB_CONTEXTS = ['environment', 'branch', 'tag'] as const

/** Both forms of the subject, with and without the numbers of owner and repository, which the claims pin anyway. */
function githubEntry(
  issuer: string,
  { repo, environment, branch, tag, ...given }: Values<typeof GITHUB & { audience: unknown }>,
): FederationEntry {
  // GitHub writes a colon in the name of an environment like this.
  const context =
    environment === undefined
      ? `ref:${refOf({ branch, tag })}`
      : `environment:${literally(environment.replaceAll(':', '%3A'))}`
  const { repository_owner_id } = given
  return {
    issuer,
    ...subjectOf(`repo:${repo.replace('/', '*/')}*:${context}`),
    audiences: [given.audience],
    claims: {
      repository_id: given.repository_id,
      ...(repository_owner_id !== undefined && { repository_owner_id }),
      event_name: oneOfThese(given.events),
    },
    expires_in: JOB_TOKEN_LIFE,
    single_use: true,
  }
}

export const github = defineTemplate({
  name: 'github',
  title: 'GitHub Actions',
  parameters: {
    ...GITHUB,
    issuer: {
      description: 'Of GitHub Enterprise Server: https://HOSTNAME/_services/token',
      placeholder: 'ISSUER',
      default: 'https://token.actions.githubusercontent.com',
    },
    audience: AUDIENCE,
  },
  oneOf: GITHUB_CONTEXTS,
  entry: ({ issuer, ...given }) => githubEntry(issuer, given),
})

export const githubEnterprise = defineTemplate({
  name: 'github-enterprise',
  title: 'GitHub Enterprise Server',
  parameters: {
    hostname: {
      description: 'Of the server, as in the address of its pages',
      placeholder: 'github.example.com',
      form: {
        pattern: /^(?:[a-z0-9][a-z0-9-]*\.)+[a-z][a-z0-9-]*(?::\d{1,5})?$/,
        words: 'a host name as github.example.com',
      },
    },
    ...GITHUB,
    audience: AUDIENCE,
  },
  oneOf: GITHUB_CONTEXTS,
  entry: ({ hostname, ...given }) => githubEntry(`https://${hostname}/_services/token`, given),
})

export const gitlab = defineTemplate({
  name: 'gitlab',
  title: 'GitLab CI',
  parameters: {
    project: {
      description: 'The path of the project, with all its groups',
      placeholder: 'GROUP/PROJECT',
      form: PATH,
    },
    project_id: {
      description: 'Its number, which no other gets: on the page of the project, under its menu',
      placeholder: 'PROJECT_ID',
      form: NUMBER,
    },
    branch: { ...BRANCH, description: `${BRANCH.description}; it must be protected` },
    tag: { ...TAG, description: `${TAG.description}; it must be protected` },
    environment: {
      description: 'The environment of the job, besides its branch or tag',
      placeholder: 'ENVIRONMENT',
      optional: true,
    },
    sources: {
      description: 'What may start the pipeline (CI_PIPELINE_SOURCE), separated by commas',
      placeholder: 'SOURCES',
      form: NAMES,
      default: 'push,schedule,web',
    },
    issuer: {
      description: 'Of a server of your own: its address, as https://gitlab.example.com',
      placeholder: 'ISSUER',
      default: 'https://gitlab.com',
    },
    audience: AUDIENCE,
  },
  oneOf: ['branch', 'tag'],
  entry: ({ project, project_id, branch, tag, environment, sources, issuer, audience }) => ({
    issuer,
    ...subjectOf(
      branch === undefined
        ? `project_path:${project}:ref_type:tag:ref:${tag}`
        : `project_path:${project}:ref_type:branch:ref:${branch}`,
    ),
    audiences: [audience],
    claims: {
      project_id,
      ref_protected: 'true',
      pipeline_source: oneOfThese(sources),
      ...(environment !== undefined && { environment }),
    },
    expires_in: JOB_TOKEN_LIFE,
  }),
})

export const bitbucket = defineTemplate({
  name: 'bitbucket',
  title: 'Bitbucket Pipelines',
  parameters: {
    workspace: { description: 'The name of the workspace', placeholder: 'WORKSPACE', form: NAME },
    repository_uuid: {
      description: 'Of the repository, without braces: Repository settings, OpenID Connect',
      placeholder: 'REPOSITORY_UUID',
      form: UUID,
    },
    branch: BRANCH,
    environment_uuid: {
      description: 'Of the deployment environment of the step, without braces: on the same page',
      placeholder: 'ENVIRONMENT_UUID',
      form: UUID,
      optional: true,
    },
    audience: AUDIENCE,
  },
  oneOf: ['branch', 'environment_uuid'],
  entry: ({ workspace, repository_uuid, branch, environment_uuid, audience }) => ({
    issuer: `https://api.bitbucket.org/2.0/workspaces/${workspace}/pipelines-config/identity/oidc`,
    // The subject goes on with the environment, if there is one, and the step, which is another one in each run.
    ...subjectOf(`{${repository_uuid}}:**`),
    audiences: [audience],
    claims: {
      repositoryUuid: `{${repository_uuid}}`,
      ...(branch === undefined
        ? { deploymentEnvironmentUuid: `{${environment_uuid}}` }
        : { branchName: claimOf(branch) }),
    },
    expires_in: JOB_TOKEN_LIFE,
  }),
})
