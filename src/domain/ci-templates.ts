import { defineTemplate } from './federation-template.ts'
import {
  AUDIENCE,
  BRANCH,
  claimOf,
  JOB_TOKEN_LIFE,
  NAME,
  PATH,
  refOf,
  subjectOf,
  TAG,
  UUID,
} from './template-parameters.ts'

export const buildkite = defineTemplate({
  name: 'buildkite',
  title: 'Buildkite',
  parameters: {
    organization: {
      description: 'The organization, as in the address of its page',
      placeholder: 'ORGANIZATION',
      form: NAME,
    },
    pipeline: {
      description: 'The pipeline, as in the address of its page',
      placeholder: 'PIPELINE',
      form: NAME,
    },
    pipeline_id: {
      description:
        'Its UUID, which no other gets: in its settings, or BUILDKITE_PIPELINE_ID in a job',
      placeholder: 'PIPELINE_ID',
      form: UUID,
    },
    branch: BRANCH,
    tag: TAG,
    audience: AUDIENCE,
  },
  oneOf: ['branch', 'tag'],
  entry: ({ organization, pipeline, pipeline_id, branch, tag, audience }) => ({
    issuer: 'https://agent.buildkite.com',
    ...subjectOf(
      `organization:${organization}:pipeline:${pipeline}:ref:${refOf({ branch, tag })}:commit:*:step:*`,
    ),
    audiences: [audience],
    claims: { pipeline_id },
    expires_in: JOB_TOKEN_LIFE,
    single_use: true,
  }),
})

export const circleci = defineTemplate({
  name: 'circleci',
  title: 'CircleCI',
  parameters: {
    organization_id: {
      description: 'Of the organization: Organization settings, Overview',
      placeholder: 'ORGANIZATION_ID',
      form: UUID,
    },
    project_id: {
      description: 'Of the project: Project settings, Overview',
      placeholder: 'PROJECT_ID',
      form: UUID,
    },
    origin: {
      description:
        'The repository whose changes are built, as github.com/acme/web: forks have another one',
      placeholder: 'HOST/OWNER/NAME',
      form: PATH,
    },
    branch: BRANCH,
    tag: TAG,
    audience: AUDIENCE,
  },
  oneOf: ['branch', 'tag'],
  entry: ({ organization_id, project_id, origin, branch, tag, audience }) => ({
    issuer: `https://oidc.circleci.com/org/${organization_id}`,
    // The subject goes on with who caused the job, and in its second form with the change.
    ...subjectOf(`org/${organization_id}/project/${project_id}/user/**`),
    audiences: [audience],
    claims: {
      'oidc.circleci.com/project-id': project_id,
      'oidc.circleci.com/vcs-origin': origin,
      'oidc.circleci.com/vcs-ref': claimOf(refOf({ branch, tag })),
      'oidc.circleci.com/ssh-rerun': false,
    },
    expires_in: JOB_TOKEN_LIFE,
    single_use: true,
  }),
})

/** Jenkins has no ids; whoever may make jobs there may give one the address of another that is gone. */
export const jenkins = defineTemplate({
  name: 'jenkins',
  title: 'Jenkins, with the plugin OpenID Connect Provider',
  parameters: {
    issuer: {
      description: 'As the page of the credential shows it',
      placeholder: 'https://jenkins.example.com/oidc',
    },
    job_url: {
      description: 'The address of the job, with its slash at the end (JOB_URL)',
      placeholder: 'https://jenkins.example.com/job/FOLDER/job/NAME/',
      form: { pattern: /^https?:\/\/[^*\\]+\/$/, words: 'an address that ends with a slash' },
    },
    audience: AUDIENCE,
  },
  entry: ({ issuer, job_url, audience }) => ({
    issuer,
    ...subjectOf(job_url),
    audiences: [audience],
    expires_in: JOB_TOKEN_LIFE,
    single_use: true,
  }),
})
