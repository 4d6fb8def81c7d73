import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import { generatePassword, passwordProblem } from '../domain/password-rules.ts'
import { emailAddress, newName } from './arguments.ts'
import { UsageError } from './command-errors.ts'
import type { Context } from './context.ts'
import { findUser } from './find-user.ts'

interface PasswordOptions {
  passwordStdin?: boolean
  json?: boolean
}

interface CreateOptions extends PasswordOptions {
  email: string
  superuser?: boolean
}

interface LinkOptions {
  issuer: string
  subject: string
  json?: boolean
}

const PASSWORD_STDIN = [
  '--password-stdin',
  'read the password (8 characters or more) from standard input',
] as const

export const userCommand = (context: Context) =>
  new Command('user')
    .description('manage users')
    .addCommand(
      new Command('create')
        .description('create a user; prints the password if none was given')
        .argument('<name>', 'user name', newName)
        .requiredOption('--email <address>', 'e-mail address', emailAddress)
        .option('--superuser', 'give the rights of a superuser')
        .option(...PASSWORD_STDIN)
        .option('--json', 'print JSON')
        .action(async (name: string, options: CreateOptions) => {
          const { email, superuser = false } = options
          await withPassword(context, options, { name, done: `created ${name}` }, (password) =>
            context.withServices(
              ({ users }) => users.create({ username: name, password, email, superuser }, {}),
              { mayCreate: true },
            ),
          )
        }),
    )
    .addCommand(
      new Command('password')
        .description('give a user a new password; prints it if none was given')
        .argument('<name>', 'user name')
        .option(...PASSWORD_STDIN)
        .option('--json', 'print JSON')
        .action(async (name: string, options: PasswordOptions) => {
          await withPassword(
            context,
            options,
            { name, done: `changed the password of ${name}` },
            (password) => update(context, name, { password }),
          )
        }),
    )
    .addCommand(linkCommand(context))
    .addCommand(unlinkCommand(context))
    .addCommand(switchCommand(context, 'enable', 'let a user in again', true))
    .addCommand(
      switchCommand(
        context,
        'disable',
        'end all that a user, or a robot of the user, can do',
        false,
      ),
    )

const linkCommand = ({ withServices, print }: Context) =>
  new Command('link')
    .description('let whom an OpenID provider knows sign in as a user')
    .argument('<name>', 'user name')
    .requiredOption('--issuer <url>', 'the issuer, as in sign_in.providers')
    .requiredOption('--subject <text>', 'what the provider calls the person (sub)')
    .option('--json', 'print JSON')
    .action(async (name: string, { issuer, subject, ...options }: LinkOptions) => {
      await withServices(async (services) => {
        const user = await findUser(services, name)
        await services.linkedUsers.link(user, { issuer, subject }, {})
      })
      print({ username: name, issuer, subject }, options, `linked ${name}`)
    })

const unlinkCommand = ({ withServices, print }: Context) =>
  new Command('unlink')
    .description('end what link, or a first log-in, began, and the sessions of the user')
    .argument('<name>', 'user name')
    .requiredOption('--issuer <url>', 'as in link')
    .requiredOption('--subject <text>', 'as in link')
    .option('--json', 'print JSON')
    .action(async (name: string, { issuer, subject, ...options }: LinkOptions) => {
      await withServices(async (services) => {
        const user = await findUser(services, name)
        await services.linkedUsers.unlink(user, { issuer, subject }, {})
      })
      print({ username: name, issuer, subject }, options, `unlinked ${name}`)
    })

const switchCommand = (
  context: Context,
  word: 'enable' | 'disable',
  description: string,
  enabled: boolean,
) =>
  new Command(word)
    .description(description)
    .argument('<name>', 'user name')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      await update(context, name, { enabled })
      context.print({ username: name, enabled }, options, `${word}d ${name}`)
    })

const update = (
  { withServices }: Context,
  name: string,
  change: { password: string } | { enabled: boolean },
) =>
  withServices(async (services) => {
    await findUser(services, name)
    await services.superuserUsers.updateAny(name, change, {})
  })

/** Does the work with the password that is given, or else with a random one, which is printed afterwards. */
async function withPassword(
  context: Context,
  options: PasswordOptions,
  { name, done }: { name: string; done: string },
  work: (password: string) => Promise<unknown>,
) {
  const generated = options.passwordStdin ? undefined : generatePassword(randomBytes)
  await work(generated ?? (await givenPassword(context)))
  const result = { username: name, ...(generated !== undefined && { password: generated }) }
  context.print(result, options, generated ?? done)
}

/** Standard input without its final line break. Blanks stay: they belong to the password, and make it a bad one. */
async function givenPassword({ readInput }: Context): Promise<string> {
  const password = (await readInput()).replace(/\r?\n$/, '')
  const problem = passwordProblem(password)
  if (problem !== undefined) throw new UsageError(problem)
  return password
}
