import { defineTemplate } from './federation-template.ts'
import {
  AUDIENCE,
  JOB_TOKEN_LIFE,
  literally,
  NAME,
  NAMES,
  oneOfThese,
  subjectOf,
  UUID,
} from './template-parameters.ts'

/** Longest that a token waits in its volume: the kubelet renews it before (seconds). */
const PROJECTED_TOKEN_LIFE = 3600

const ISSUER_REF = {
  description: 'The name under which its keys are stored here, where this service cannot reach it',
  placeholder: 'RECORD',
  optional: true,
} as const

export const kubernetes = defineTemplate({
  name: 'kubernetes',
  title: 'Kubernetes',
  parameters: {
    issuer: {
      description: 'Of the cluster: kubectl get --raw /.well-known/openid-configuration',
      placeholder: 'https://oidc.cluster.example.com',
    },
    issuer_ref: ISSUER_REF,
    namespace: {
      description: 'Of the service account',
      placeholder: 'NAMESPACE',
      form: NAME,
    },
    service_account: { description: 'Its name', placeholder: 'SERVICE_ACCOUNT', form: NAME },
    uid: {
      description:
        'Its UID, which no other gets: kubectl -n NAMESPACE get serviceaccount NAME -o jsonpath={.metadata.uid}',
      placeholder: 'UID',
      form: UUID,
    },
    audience: AUDIENCE,
  },
  entry: ({ issuer, issuer_ref, namespace, service_account, uid, audience }) => ({
    issuer,
    ...(issuer_ref !== undefined && { issuer_ref }),
    ...subjectOf(`system:serviceaccount:${namespace}:${service_account}`),
    audiences: [audience],
    claims: { '/kubernetes.io/serviceaccount/uid': uid },
    max_token_age: PROJECTED_TOKEN_LIFE,
  }),
})

export const terraform = defineTemplate({
  name: 'terraform',
  title: 'Terraform Cloud',
  parameters: {
    organization: {
      description: 'The name of the organization',
      placeholder: 'ORGANIZATION',
      form: NAME,
    },
    project: {
      description: 'The name of the project',
      placeholder: 'PROJECT',
      default: 'Default Project',
    },
    workspace: { description: 'The name of the workspace', placeholder: 'WORKSPACE', form: NAME },
    workspace_id: {
      description: 'Its id, which no other gets: on the page of the workspace, under its name',
      placeholder: 'WORKSPACE_ID',
      form: { pattern: /^ws-\w+$/, words: 'an id as ws-3fV9…' },
    },
    phases: {
      description: 'Phases of the run, separated by commas',
      placeholder: 'PHASES',
      form: NAMES,
      default: 'plan,apply',
    },
    audience: AUDIENCE,
  },
  entry: ({ organization, project, workspace, workspace_id, phases, audience }) => ({
    issuer: 'https://app.terraform.io',
    ...subjectOf(
      `organization:${organization}:project:${literally(project)}:workspace:${workspace}:run_phase:*`,
    ),
    audiences: [audience],
    claims: { terraform_workspace_id: workspace_id, terraform_run_phase: oneOfThese(phases) },
    expires_in: JOB_TOKEN_LIFE,
  }),
})

export const spiffe = defineTemplate({
  name: 'spiffe',
  title: 'SPIFFE (SPIRE)',
  parameters: {
    issuer: {
      description: 'Of the trust domain: jwt_issuer of the SPIRE server',
      placeholder: 'https://spire.example.com',
    },
    issuer_ref: ISSUER_REF,
    spiffe_id: {
      description: 'Of the workload: spire-server entry show',
      placeholder: 'spiffe://TRUST_DOMAIN/PATH',
      form: {
        pattern: /^spiffe:\/\/[a-z0-9._-]+(?:\/[\w.-]+)+$/,
        words: 'an ID as spiffe://example.org/web/registry',
      },
    },
    audience: AUDIENCE,
  },
  entry: ({ issuer, issuer_ref, spiffe_id, audience }) => ({
    issuer,
    ...(issuer_ref !== undefined && { issuer_ref }),
    ...subjectOf(spiffe_id),
    audiences: [audience],
    expires_in: JOB_TOKEN_LIFE,
  }),
})
