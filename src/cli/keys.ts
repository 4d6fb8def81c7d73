import { Command } from 'commander'
import type { Services } from '../services.ts'
import { print, withServices } from './context.ts'

export const keysCommand = () =>
  new Command('keys')
    .description('manage keys')
    .addCommand(
      new Command('rotate')
        .description(
          'sign new tokens with a new key, and seal everything stored with the newest SECRET_KEY',
        )
        .option('--json', 'print JSON')
        .action(async (options: { json?: boolean }) => {
          const { kid, resealed } = await withServices(rotate)
          const text = `new signing key ${kid}; ${resealed} secrets sealed anew`
          print({ kid, resealed }, options, text)
        }),
    )
    .addCommand(
      new Command('export')
        .description('print the certificate that registries are to trust (PEM); it never changes')
        .option('--json', 'print JSON')
        .action(async (options: { json?: boolean }) => {
          const bundle = await withServices(({ registryAuthority }) => registryAuthority.bundle())
          print({ certificate: bundle }, options, bundle.trimEnd())
        }),
    )

async function rotate({ signingKeys, keyRotation }: Services) {
  // Opens the present key first: one made under a wrong SECRET_KEY would stop every other server.
  await signingKeys.jwks()
  return keyRotation.rotate({})
}
