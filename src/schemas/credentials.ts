import { z } from 'zod'
import { CREDENTIAL_FORMATS, formatCredentials } from '../domain/credential-formats.ts'
import { first } from './common.ts'

const ONE_OF = `must be one of: ${CREDENTIAL_FORMATS.join(', ')}`

export const CredentialsQuerySchema = z.object({
  format: z
    .union([z.string(), z.array(z.string())], { error: ONE_OF })
    .transform(first)
    .pipe(z.enum(CREDENTIAL_FORMATS, { error: ONE_OF }))
    .meta({
      type: 'string',
      enum: CREDENTIAL_FORMATS,
      description:
        '`docker-config`: `~/.docker/config.json`; `podman-auth`: `auth.json` of Podman, Buildah and Skopeo; ' +
        '`kubernetes-secret`: a manifest; `helm`: values; `env`: variables; `login-command`: a shell command',
    }),
})

const EXAMPLE = {
  registry: 'registry.example.com',
  username: 'acme+deployer',
  password: 'QUAYROBOT0J2Z7C3K9M4N8P5Q6R1S0T2U7V3W9X4Y8Z5A6B1C0D2E7F3G9H4J1KZ1',
}

const AuthFileSchema = z
  .object({
    auths: z.record(
      z.string(),
      z.object({
        auth: z.string().describe('Base64 of `owner+name:token`'),
        email: z.string().optional(),
      }),
    ),
  })
  .meta({
    id: 'RegistryAuthFile',
    example: JSON.parse(formatCredentials('docker-config', EXAMPLE).text),
  })

const ManifestSchema = z.string().meta({
  id: 'CredentialsManifest',
  example: formatCredentials('kubernetes-secret', EXAMPLE).text,
})

const ShellTextSchema = z.string().meta({
  id: 'CredentialsText',
  example: formatCredentials('login-command', EXAMPLE).text,
})

/** One answer, in the media type of the format. */
export const CredentialsResponse = {
  description: 'The credentials; the media type follows from `format`',
  content: {
    'application/json': { schema: AuthFileSchema },
    'application/yaml': { schema: ManifestSchema },
    'text/plain': { schema: ShellTextSchema },
  },
}
