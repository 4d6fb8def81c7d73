import type { Writable } from 'node:stream'
import { type Command, CommanderError } from 'commander'
import { UsageError } from './command-errors.ts'

/**
 * Makes commander throw a `UsageError` where it would print and end the process. Done for each command, since they do not
 * inherit it from the one they are added to.
 */
export function throwUsageErrors(command: Command, stdout: Writable): void {
  // Help that was asked for goes to standard output.
  command.configureOutput({ writeOut: (text) => stdout.write(text), writeErr: () => {} })
  command.exitOverride((error) => {
    throw error.exitCode === 0 ? error : new UsageError(wordsOf(error, command))
  })
  for (const below of command.commands) throwUsageErrors(below, stdout)
}

function wordsOf(error: CommanderError, command: Command) {
  if (error.code === 'commander.help') return `a command is missing: ${namesBelow(command)}`
  return error.message.replace(/^error: /, '').replaceAll('\n', ' ')
}

const namesBelow = ({ commands }: Command) => commands.map((command) => command.name()).join(', ')

/** Help or version were printed: nothing is left to do. */
export const isDone = (error: unknown) => error instanceof CommanderError && error.exitCode === 0

/** `user create`: the command that the arguments reach, without the program's name. */
export function commandNamed(program: Command, args: readonly string[]): string {
  const [first, ...rest] = args
  const next = program.commands.find((command) => command.name() === first)
  return next === undefined ? '' : `${next.name()} ${commandNamed(next, rest)}`
}
