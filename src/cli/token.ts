import { Command } from 'commander'
import { SCOPES, type Scope } from '../domain/scopes.ts'
import { lifetimeOf, scopesOf } from './arguments.ts'
import { NotFoundError, UsageError } from './command-errors.ts'
import type { Context } from './context.ts'
import { findUser } from './find-user.ts'
import { tokenListCommand } from './token-list.ts'

interface CreateOptions {
  user: string
  scope: Scope[]
  expiresIn?: number
  json?: boolean
}

export const tokenCommand = (context: Context) =>
  new Command('token')
    .description('manage API tokens')
    .addCommand(
      new Command('create')
        .description('make an API token and print it; it is shown this once')
        .requiredOption('--user <name>', 'whose rights it carries')
        .requiredOption('--scope <scopes>', `any of: ${SCOPES.join(' ')}`, scopesOf)
        .option('--expires-in <duration>', 'lifetime, such as 90d, 12h or seconds', lifetimeOf)
        .option('--json', 'print JSON')
        .action(async (options: CreateOptions) => {
          const { user, scope } = options
          const { token, expiresIn } = await context.withServices(async (services, { limits }) => {
            const owner = await findUser(services, user)
            const longest = limits.tokenLifetime
            const { expiresIn = longest } = options
            if (expiresIn > longest) {
              throw new UsageError(
                `Tokens live ${longest} seconds at most (limits.token_lifetime in the configuration file)`,
              )
            }
            const wanted = { scope, expiresIn, name: 'command line' }
            return { token: await services.apiTokens.create(owner, wanted, {}), expiresIn }
          })
          context.print({ token, user, scopes: scope, expires_in: expiresIn }, options, token)
        }),
    )
    .addCommand(tokenListCommand(context))
    .addCommand(
      new Command('revoke')
        .description('end an API token, given as argument or on standard input')
        .argument('[token]', 'the token; other users of this machine may see arguments')
        .option('--id <uuid>', 'the token of this id, as `token list` shows it')
        .option('--json', 'print JSON')
        .action(async (given: string | undefined, options: { id?: string; json?: boolean }) => {
          if (given !== undefined && options.id !== undefined) {
            throw new UsageError('Give the token or --id, not both')
          }
          const which =
            options.id === undefined
              ? { token: given ?? (await context.readInput()).trim() }
              : { id: options.id }
          if (!(await context.withServices(({ apiTokens }) => apiTokens.revoke(which, {})))) {
            throw new NotFoundError('There is no such token')
          }
          context.print({ revoked: true }, options, 'revoked')
        }),
    )
