import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { PUBLIC } from '../plugins/access.ts'
import { CERTIFICATE_KEPT, KEY_SET_KEPT } from '../plugins/answer-caching.ts'
import type { RegistryAuthority } from '../services/keys/registry-authority.ts'
import type { SigningKeys } from '../services/keys/signing-keys.ts'

interface PublicKeyRoutesOptions {
  signingKeys: SigningKeys
  registryAuthority: RegistryAuthority
}

const JwkSchema = z.looseObject({ kty: z.string(), kid: z.string() }).meta({ id: 'Jwk' })

const JwksSchema = z.object({ keys: z.array(JwkSchema) }).meta({
  id: 'Jwks',
  example: {
    keys: [{ kty: 'EC', crv: 'P-256', x: '…', y: '…', kid: '…', alg: 'ES256', use: 'sig' }],
  },
})

const PemSchema = z.string().meta({
  id: 'Certificate',
  example: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
})

/** By what others verify tokens of the service. */
export const publicKeyRoutes: FastifyPluginAsyncZod<PublicKeyRoutesOptions> = async (
  app,
  { signingKeys, registryAuthority },
) => {
  const config = { access: PUBLIC }
  const tags = ['service']

  app.get('/.well-known/jwks.json', {
    config,
    schema: {
      operationId: 'getSigningKeys',
      tags,
      summary: 'The public keys that verify robot and registry tokens (RFC 7517).',
      response: { 200: JwksSchema },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', KEY_SET_KEPT)
      return signingKeys.jwks() as Promise<z.output<typeof JwksSchema>>
    },
  })

  app.get('/.well-known/registry-ca.pem', {
    config,
    schema: {
      operationId: 'getRegistryCertificate',
      tags,
      summary: 'The certificate that registries are to trust: their `rootcertbundle`.',
      response: {
        200: {
          description: 'PEM (RFC 7468). It stays the same when signing keys change.',
          content: { 'application/x-pem-file': { schema: PemSchema } },
        },
      },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', CERTIFICATE_KEPT).type('application/x-pem-file')
      return registryAuthority.bundle()
    },
  })
}
