import { Command } from 'commander'
import { commandLine } from '../command-line.ts'
import type { Services } from '../services.ts'
import { UsageError } from './command-errors.ts'
import type { Context } from './context.ts'

export const keysCommand = (context: Context) =>
  new Command('keys')
    .description('manage keys')
    .addCommand(
      new Command('rotate')
        .description(
          'sign new tokens with a new key, and encrypt stored secrets anew with SECRET_KEY',
        )
        .option('--json', 'print JSON')
        .action(async (options: { json?: boolean }) => {
          const { kid, resealed } = await context.withServices(rotate)
          const text = `new signing key ${kid}; ${resealed} stored secrets encrypted anew`
          context.print({ kid, resealed }, options, text)
        }),
    )
    .addCommand(
      new Command('export')
        .description(
          'print the certificate that registries are to trust (PEM); only replace and reset change it',
        )
        .option('--json', 'print JSON')
        .action(async (options: { json?: boolean }) => {
          const bundle = await context.withServices(({ registryAuthority }) =>
            registryAuthority.bundle(),
          )
          context.print({ certificate: bundle }, options, bundle.trimEnd())
        }),
    )
    .addCommand(replaceCommand(context))
    .addCommand(resetCommand(context))

const replaceCommand = ({ print, withServices }: Context) =>
  new Command('replace')
    .description(
      'where others may have a private key: make a new signing key and a new certificate for registries, ' +
        'and end every short-lived token',
    )
    .option('--confirm', 'do it')
    .option('--json', 'print JSON')
    .action(async (options: { confirm?: boolean; json?: boolean }) => {
      if (!options.confirm) {
        throw new UsageError(
          'This ends the short-lived tokens of robots within half a minute, and log-ins at every registry until ' +
            'it has the new certificate. If you mean it, add --confirm',
        )
      }
      const { kid } = await withServices(({ keyRotation }) => keyRotation.replace({}))
      const text = `new signing key ${kid}, and a new certificate for registries\n${newCertificate()}`
      print({ kid }, options, text)
    })

const newCertificate = () =>
  `Give every registry the new certificate (${commandLine('keys export')}) and restart it.`

const resetCommand = ({ print, withServices }: Context) =>
  new Command('reset')
    .description(
      'where SECRET_KEY was lost for good, and with every server stopped: make a new signing key, and ' +
        'replace what neither SECRET_KEY nor SECRET_KEY_PREVIOUS opens: the certificate for registries, ' +
        'tokens of robots, client secrets, app specific tokens',
    )
    .option('--confirm', 'do it')
    .option('--json', 'print JSON')
    .action(async (options: { confirm?: boolean; json?: boolean }) => {
      if (!options.confirm) {
        throw new UsageError(
          'This ends the secrets that cannot be opened, and, if the certificate for registries is one of ' +
            'them, log-ins at every registry until it has the new one. If you mean it, add --confirm',
        )
      }
      const result = await withServices(({ keyRotation }) => keyRotation.reset({}))
      const text =
        `new signing key ${result.kid}; ${result.replaced} secrets replaced, ${result.resealed} kept\n` +
        (result.certificateReplaced ? newCertificate() : 'The certificate for registries stays.')
      print(result, options, text)
    })

async function rotate({ signingKeys, keyRotation }: Services) {
  // Opens the present key first: one made under a wrong SECRET_KEY would stop every other server.
  await signingKeys.jwks()
  return keyRotation.rotate({})
}
