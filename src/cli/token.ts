import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { SCOPES, type Scope } from '../domain/scopes.ts'
import { lifetimeOf, scopesOf } from './arguments.ts'
import { print, withServices } from './context.ts'
import { findUser } from './find-user.ts'
import { NotFoundError } from './not-found-error.ts'

interface CreateOptions {
  user: string
  scope: Scope[]
  expiresIn?: number
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
        .option('--expires-in <duration>', 'lifetime, such as 90d, 12h or seconds', lifetimeOf)
        .option('--json', 'print JSON')
        .action(async (options: CreateOptions) => {
          const { user, scope } = options
          const { token, expiresIn } = await withServices(async (services, { limits }) => {
            const owner = await findUser(services, user)
            const expiresIn = options.expiresIn ?? limits.tokenLifetime
            const wanted = { scope, expiresIn, name: 'command line' }
            return { token: await services.apiTokens.create(owner, wanted, {}), expiresIn }
          })
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
            throw new NotFoundError('There is no such token')
          }
          print({ revoked: true }, options, 'revoked')
        }),
    )
