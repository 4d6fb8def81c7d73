import { text } from 'node:stream/consumers'
import { Command, InvalidArgumentError } from 'commander'
import { parseScopes, SCOPES, type Scope } from '../domain/scopes.ts'
import { MAX_TOKEN_LIFETIME } from '../domain/token-lifetime.ts'
import { print, withServices } from './context.ts'
import { findUser } from './find-user.ts'
import { UsageError } from './usage-error.ts'

interface CreateOptions {
  user: string
  scope: Scope[]
  expiresIn: number
  json?: boolean
}

export const tokenCommand = () =>
  new Command('token')
    .description('manage API tokens')
    .addCommand(
      new Command('create')
        .description('make an API token and print it; it is shown this once')
        .requiredOption('--user <name>', 'whose rights it carries')
        .requiredOption('--scope <scopes>', `any of: ${SCOPES.join(' ')}`, scopesOf)
        .option('--expires-in <seconds>', 'lifetime', lifetimeOf, MAX_TOKEN_LIFETIME)
        .option('--json', 'print JSON')
        .action(async (options: CreateOptions) => {
          const token = await withServices(async (services) => {
            const user = await findUser(services, options.user)
            return services.apiTokens.create(user, { ...options, name: 'command line' }, {})
          })
          const { user, scope, expiresIn } = options
          print({ token, user, scopes: scope, expires_in: expiresIn }, options, token)
        }),
    )
    .addCommand(
      new Command('revoke')
        .description('end an API token, given as argument or on standard input')
        .argument('[token]', 'the token; other users of this machine may see arguments')
        .option('--json', 'print JSON')
        .action(async (given: string | undefined, options: { json?: boolean }) => {
          const token = given ?? (await text(process.stdin)).trim()
          if (!(await withServices(({ apiTokens }) => apiTokens.revoke(token, {})))) {
            throw new UsageError('there is no such token')
          }
          print({ revoked: true }, options, 'revoked')
        }),
    )

function scopesOf(list: string) {
  const scopes = parseScopes(list.trim())
  if (!scopes) throw new InvalidArgumentError(`Scopes are: ${SCOPES.join(' ')}`)
  return scopes
}

function lifetimeOf(seconds: string) {
  const value = Number(seconds)
  if (!Number.isInteger(value) || value < 1 || value > MAX_TOKEN_LIFETIME) {
    throw new InvalidArgumentError(`A whole number of seconds from 1 to ${MAX_TOKEN_LIFETIME}`)
  }
  return value
}
