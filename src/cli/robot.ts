import { Command } from 'commander'
import type { RobotPatch } from '../domain/robot-change.ts'
import type { Context } from './context.ts'
import { findRobotKey } from './find-robot.ts'
import { robotAsJson } from './robot-as-json.ts'
import { robotListCommand } from './robot-list.ts'
import { robotRotateCommand } from './robot-rotate.ts'

interface Options {
  json?: boolean
}

export const robotCommand = (context: Context) =>
  new Command('robot')
    .description('see robots, give them new secrets, and switch them off and on')
    .addCommand(robotListCommand(context))
    .addCommand(
      new Command('show')
        .description('show a robot, without its token')
        .argument('<name>', 'owner+robot')
        .option('--json', 'print it on one line')
        .action((name, options) => show(context, name, options)),
    )
    .addCommand(robotRotateCommand(context))
    .addCommand(
      new Command('disable')
        .description('have a robot refused everywhere, at once; what it has stays')
        .argument('<name>', 'owner+robot')
        .option('--reason <text>', 'why, for whoever is refused')
        .option('--json', 'print JSON')
        .action((name: string, { reason, ...options }: Options & { reason?: string }) =>
          change(context, name, { enabled: false, reason }, `disabled ${name}`, options),
        ),
    )
    .addCommand(
      new Command('enable')
        .description('let a robot in again')
        .argument('<name>', 'owner+robot')
        .option('--json', 'print JSON')
        .action((name: string, options: Options) =>
          change(context, name, { enabled: true }, `enabled ${name}`, options),
        ),
    )

const show = ({ print, withServices }: Context, fullName: string, options: Options) =>
  withServices(async (services) => {
    const { owner, name } = await findRobotKey(services, fullName)
    const robot = robotAsJson(await services.robots.find(owner, name))
    print(robot, options, JSON.stringify(robot, null, 2))
  })

const change = (
  { print, withServices }: Context,
  fullName: string,
  patch: RobotPatch,
  done: string,
  options: Options,
) =>
  withServices(async (services) => {
    const { owner, name } = await findRobotKey(services, fullName)
    await services.robotChanges.change(owner, name, patch, { performer: {} })
    print({ name: fullName, enabled: patch.enabled }, options, done)
  })
