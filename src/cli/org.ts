import { Command } from 'commander'
import { emailAddress, newName } from './arguments.ts'
import type { Context } from './context.ts'
import { findUser } from './find-user.ts'

interface CreateOptions {
  owner: string
  email?: string
  json?: boolean
}

export const orgCommand = ({ print, withServices }: Context) =>
  new Command('org').description('manage organizations').addCommand(
    new Command('create')
      .description('create an organization')
      .argument('<name>', 'name of the organization', newName)
      .requiredOption('--owner <user>', 'first member of its team of owners')
      .option('--email <address>', 'contact address', emailAddress)
      .option('--json', 'print JSON')
      .action(async (name: string, options: CreateOptions) => {
        await withServices(async (services) => {
          const owner = await findUser(services, options.owner)
          await services.organizations.create({ name, email: options.email }, owner.id, {})
        })
        print({ name, owner: options.owner }, options, `created ${name}`)
      }),
  )
