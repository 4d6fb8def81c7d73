import { Command } from 'commander'
import type { UserToken } from '../services/applications/user-tokens.ts'
import { print, withServices } from './context.ts'
import { findUser } from './find-user.ts'

const lineOf = ({ id, expiresAt, scopes, name }: UserToken) =>
  [id, expiresAt.toISOString(), scopes.join(','), name].join('  ')

export const tokenListCommand = () =>
  new Command('list')
    .description('list the API tokens that act as a user: id, end, scopes, name')
    .requiredOption('--user <name>', 'whose rights they carry')
    .option('--json', 'print JSON, an object a line')
    .action((options: { user: string; json?: boolean }) =>
      withServices(async (services) => {
        const user = await findUser(services, options.user)
        let nextPage: string | undefined
        do {
          const page = await services.userTokens.list(user, nextPage)
          for (const token of page.tokens) print(token, options, lineOf(token))
          nextPage = page.nextPage
        } while (nextPage !== undefined)
      }),
    )
