import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { generatePassword } from '../crypto/passwords.ts'
import { print, withServices } from './context.ts'

interface CreateOptions {
  email: string
  superuser?: boolean
  passwordStdin?: boolean
  json?: boolean
}

export const userCommand = () =>
  new Command('user').description('manage users').addCommand(
    new Command('create')
      .description('create a user; prints the password where it was generated')
      .argument('<name>', 'user name')
      .requiredOption('--email <address>', 'e-mail address')
      .option('--superuser', 'give the rights of a superuser')
      .option('--password-stdin', 'read the password (8 characters or more) from standard input')
      .option('--json', 'print JSON')
      .action(async (name: string, options: CreateOptions) => {
        const generated = options.passwordStdin ? undefined : generatePassword(randomBytes)
        const password = generated ?? (await text(process.stdin)).replace(/\r?\n$/, '')
        await withServices(({ users }) =>
          users.create(
            {
              username: name,
              password,
              email: options.email,
              superuser: options.superuser ?? false,
            },
            {},
          ),
        )
        print(
          { username: name, ...(generated !== undefined && { password: generated }) },
          options,
          generated ?? `created ${name}`,
        )
      }),
  )
