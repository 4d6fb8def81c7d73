import { type Command, InvalidArgumentError } from 'commander'
import { parseUrl } from '../domain/parse-url.ts'
import { UsageError } from './command-errors.ts'
import type { Context } from './context.ts'
import { assertEncrypted } from './plain-http.ts'

// Commands that work over the API of a service, on any machine, with the rights of a token.

export interface RemoteOptions {
  server?: string
  tokenFile: string
  plainHttp?: boolean
}

export const withRemoteOptions = (command: Command) =>
  command
    .option(
      '--server <url>',
      'the service (default: PUBLIC_URL, or that on this machine)',
      serverUrl,
    )
    .requiredOption(
      '--token-file <file>',
      'a file with an API token, of a user or a robot; - for standard input',
    )
    .option('--plain-http', 'let http:// show the token to whoever is on the way')

function serverUrl(text: string): string {
  if (/^https?:\/\/[^/]/.test(text) && parseUrl(text)) return text.replace(/\/+$/, '')
  throw new InvalidArgumentError('It looks like https://robots.example.com.')
}

/** @throws {UsageError} */
export async function openRemote({ env, readText }: Context, options: RemoteOptions) {
  const { tokenFile, plainHttp } = options
  const ofThisMachine = `http://127.0.0.1:${env.PORT || 8080}`
  const server = options.server ?? serverUrl(env.PUBLIC_URL || ofThisMachine)
  assertEncrypted(new URL(server), plainHttp)
  const token = (await readText(tokenFile)).trim()
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(`${tokenFile} does not hold a token: one line of printable characters`)
  }
  const { createApiClient } = await import('../apply/api-client.ts')
  return createApiClient({ server, token })
}
