import { Command } from 'commander'
import type { UserToken } from '../services/applications/user-tokens.ts'
import { itemsOf } from '../services/paging.ts'
import type { Context } from './context.ts'
import { findUser } from './find-user.ts'

const lineOf = ({ id, expiresAt, scopes, name }: UserToken) =>
  [id, expiresAt.toISOString(), scopes.join(','), name].join('  ')

export const tokenListCommand = ({ print, withServices }: Context) =>
  new Command('list')
    .description('list the API tokens that act as a user: id, end, scopes, name')
    .requiredOption('--user <name>', 'whose rights they carry')
    .option('--json', 'print JSON, an object a line')
    .action((options: { user: string; json?: boolean }) =>
      withServices(async (services) => {
        const user = await findUser(services, options.user)
        const tokens = itemsOf((nextPage) => services.userTokens.list(user, nextPage))
        for await (const token of tokens) print(token, options, lineOf(token))
      }),
    )
