import { defineTemplate } from './federation-template.ts'
import { AUDIENCE, JOB_TOKEN_LIFE, NAME, NUMBER, subjectOf, UUID } from './template-parameters.ts'

export const google = defineTemplate({
  name: 'google',
  title: 'Google Cloud',
  parameters: {
    service_account_id: {
      description:
        "The number of the service account, which no other gets: gcloud iam service-accounts describe EMAIL --format='value(uniqueId)'",
      placeholder: 'SERVICE_ACCOUNT_ID',
      form: NUMBER,
    },
    audience: AUDIENCE,
  },
  entry: ({ service_account_id, audience }) => ({
    issuer: 'https://accounts.google.com',
    ...subjectOf(service_account_id),
    audiences: [audience],
    expires_in: JOB_TOKEN_LIFE,
  }),
})

/** Of an application without a person: a managed identity, or what logs in as itself. */
export const azure = defineTemplate({
  name: 'azure',
  title: 'Azure (Microsoft Entra ID)',
  parameters: {
    tenant_id: {
      description: 'Of the directory: az account show --query tenantId',
      placeholder: 'TENANT_ID',
      form: UUID,
    },
    object_id: {
      description:
        'Of the managed identity, as its principal ID, which no other gets: az identity show --query principalId',
      placeholder: 'OBJECT_ID',
      form: UUID,
    },
    token_version: {
      description:
        'The ver of its tokens: 1.0, or 2.0 where the application that is the audience asks for it',
      placeholder: '1.0',
      form: { pattern: /^[12]\.0$/, words: '1.0 or 2.0' },
      default: '1.0',
    },
    audience: {
      description: 'The application ID URI, or ID, for which the job asks a token',
      placeholder: 'api://APPLICATION_ID',
    },
  },
  entry: ({ tenant_id, object_id, token_version, audience }) => ({
    issuer:
      token_version === '1.0'
        ? `https://sts.windows.net/${tenant_id}/`
        : `https://login.microsoftonline.com/${tenant_id}/v2.0`,
    ...subjectOf(object_id),
    audiences: [audience],
    expires_in: JOB_TOKEN_LIFE,
  }),
})

export const fly = defineTemplate({
  name: 'fly',
  title: 'Fly.io',
  parameters: {
    organization: {
      description: 'The organization, as fly orgs list has it',
      placeholder: 'ORGANIZATION',
      form: NAME,
    },
    app: { description: 'The name of the app', placeholder: 'APP', form: NAME },
    app_id: {
      description: 'Its number, which no other gets: app_id of a token of the app',
      placeholder: 'APP_ID',
      form: NUMBER,
    },
    audience: AUDIENCE,
  },
  entry: ({ organization, app, app_id, audience }) => ({
    issuer: `https://oidc.fly.io/${organization}`,
    // The subject ends with the machine.
    ...subjectOf(`${organization}:${app}:*`),
    audiences: [audience],
    claims: { app_id },
    expires_in: JOB_TOKEN_LIFE,
    single_use: true,
  }),
})
