import { z } from 'zod'
import {
  CREDENTIAL_FORMATS,
  type CredentialFormat,
  formatCredentials,
} from '../domain/credential-formats.ts'
import { ownText } from './common.ts'

const ONE_OF = `must be one of: ${CREDENTIAL_FORMATS.join(', ')}`

export const RegistryQuerySchema = z.object({
  registry: ownText.meta({
    type: 'string',
    description:
      'What the credentials are for: `REGISTRY_HOST`, or below that an organization, `registry.example.com/acme`',
  }),
})

/** The query where the format is not in the path. */
export const CredentialsQuerySchema = RegistryQuerySchema.extend({
  format: ownText.pipe(z.enum(CREDENTIAL_FORMATS, { error: ONE_OF })),
})

const EXAMPLE = {
  registry: 'registry.example.com',
  username: 'acme+deployer',
  password: 'QUAYROBOT0J2Z7C3K9M4N8P5Q6R1S0T2U7V3W9X4Y8Z5A6B1C0D2E7F3G9H4J1KZ1',
}

const RegistryAuthSchema = z
  .object({
    auth: z.string().describe('Base64 of `owner+name:token`'),
    email: z.string().optional(),
  })
  .meta({ id: 'RegistryAuth' })

const AuthFileSchema = z.object({ auths: z.record(z.string(), RegistryAuthSchema) }).meta({
  id: 'RegistryAuthFile',
  example: JSON.parse(formatCredentials('docker-config', EXAMPLE).text),
})

const textOf = (format: CredentialFormat, id: string) =>
  z.string().meta({ id, example: formatCredentials(format, EXAMPLE).text })

/** `id` stands in the operation's id, `form` in its summary. */
interface CredentialsOperation {
  id: string
  form: string
  mediaType: 'application/json' | 'text/plain'
  schema: z.ZodType
}

/**
 * Each format as an operation of its own, which answers in one media type. YAML is plain text in them: generated
 * clients would parse it, drop it, or take it for bytes, and it is there to be handed on.
 */
export const CREDENTIALS_OPERATIONS: Record<CredentialFormat, CredentialsOperation> = {
  'docker-config': {
    id: 'DockerConfig',
    form: '`~/.docker/config.json`',
    mediaType: 'application/json',
    schema: AuthFileSchema,
  },
  'podman-auth': {
    id: 'PodmanAuth',
    form: '`auth.json` of Podman, Buildah and Skopeo',
    mediaType: 'application/json',
    schema: AuthFileSchema,
  },
  'kubernetes-secret': {
    id: 'KubernetesSecret',
    form: 'a manifest of a pull secret, in YAML',
    mediaType: 'text/plain',
    schema: textOf('kubernetes-secret', 'KubernetesSecretManifest'),
  },
  helm: {
    id: 'HelmValues',
    form: 'values of Helm, in YAML',
    mediaType: 'text/plain',
    schema: textOf('helm', 'HelmValues'),
  },
  env: {
    id: 'Env',
    form: 'variables of a shell',
    mediaType: 'text/plain',
    schema: textOf('env', 'CredentialsEnv'),
  },
  'login-command': {
    id: 'LoginCommand',
    form: 'a shell command that logs in',
    mediaType: 'text/plain',
    schema: textOf('login-command', 'LoginCommand'),
  },
}
