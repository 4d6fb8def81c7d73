import { Command } from 'commander'
import { graceOf, secretLifetimeOf } from './arguments.ts'
import type { Context } from './context.ts'
import { findRobotKey } from './find-robot.ts'

interface Options {
  grace?: number
  expiresIn?: number
  json?: boolean
}

export const robotRotateCommand = (context: Context) =>
  new Command('rotate')
    .description(
      'give a robot another secret, and print it; without --grace all others end at once',
    )
    .argument('<name>', 'owner+robot')
    .option('--grace <duration>', 'how long the secret so far stays good, such as 24h', graceOf)
    .option(
      '--expires-in <duration>',
      'how long the new one is good, such as 90d',
      secretLifetimeOf,
    )
    .option('--json', 'print JSON')
    .action((name, options) => rotate(context, name, options))

const rotate = (
  { print, withServices }: Context,
  fullName: string,
  { grace = 0, expiresIn, ...options }: Options,
) =>
  withServices(async (services) => {
    const { owner, name } = await findRobotKey(services, fullName)
    const { token } = await services.secretChanges.rotate(owner, name, { grace, expiresIn }, {})
    print({ name: fullName, token }, options, token)
  })
