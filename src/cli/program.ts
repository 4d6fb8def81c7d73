import { Command } from 'commander'
import { VERSION } from '../version.ts'
import { createContext, type Terminal } from './context.ts'
import { readDotEnv } from './dot-env.ts'
import { federationCommand } from './federation.ts'
import { importCommand } from './import.ts'
import { keysCommand } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { namesCommand } from './names.ts'
import { orgCommand } from './org.ts'
import { robotCommand } from './robot.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'
import { commandNamed, isDone, throwUsageErrors } from './usage.ts'
import { userCommand } from './user.ts'

/**
 * Runs `quay-robots ARGS…`: results go to standard output, everything else to standard error. Of `serve` that is the start.
 *
 * @returns the exit code; undefined where nothing went wrong
 */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal,
): Promise<number | undefined> {
  const wantsJson = args.includes('--json')
  /** Prints a remark beside results and errors; not with `--json`, when a program reads. */
  function note(text: string) {
    if (!wantsJson) terminal.stderr.write(`${text}\n`)
  }

  const program = createProgram(terminal)
  try {
    readDotEnv(terminal, note)
    await program.parseAsync(args, { from: 'user' })
    return undefined
  } catch (error) {
    if (isDone(error)) return undefined
    const { reportError } = await import('./error-report.ts')
    const command = commandNamed(program, args)
    return reportError(error as Error, { wantsJson, command }, terminal.stderr)
  }
}

function createProgram(terminal: Terminal) {
  const context = createContext(terminal)
  const program = new Command('quay-robots')
    .description('Robot accounts in the API of Quay, beside any container registry')
    .version(VERSION)
    .addHelpText(
      'after',
      '\nConfigured by environment variables, or a file .env of them: docs/configuration.md lists them.\n' +
        'Exit codes: 1 refused, 2 wrong usage, 3 configuration or database, 4 not found.',
    )
    .addCommand(serveCommand(context))
    .addCommand(migrateCommand(context))
    .addCommand(userCommand(context))
    .addCommand(orgCommand(context))
    .addCommand(robotCommand(context))
    .addCommand(namesCommand(context))
    .addCommand(tokenCommand(context))
    .addCommand(keysCommand(context))
    .addCommand(federationCommand(context))
    .addCommand(importCommand(context))
  throwUsageErrors(program, terminal.stdout)
  return program
}
