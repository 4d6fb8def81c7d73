import { Command } from 'commander'
import { VERSION } from '../version.ts'
import { applyCommand } from './apply.ts'
import { type Context, createContext, type Terminal } from './context.ts'
import { readDotEnv } from './dot-env.ts'
import { exportCommand } from './export.ts'
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

  const context = createContext(terminal)
  const program = createProgram(terminal, context)
  try {
    readDotEnv(terminal, note)
    await program.parseAsync(args, { from: 'user' })
    return context.exitCode()
  } catch (error) {
    if (isDone(error)) return undefined
    const { reportError } = await import('./error-report.ts')
    const command = commandNamed(program, args)
    return reportError(error as Error, { wantsJson, command }, terminal.stderr)
  }
}

function createProgram(terminal: Terminal, context: Context) {
  const program = new Command('quay-robots')
    .description('Robot accounts in the API of Quay, beside any container registry')
    .version(VERSION)
    .addHelpText(
      'after',
      '\nConfigured by environment variables, or a file .env of them: docs/configuration.md lists them.\n' +
        'Exit codes: 1 refused, 2 wrong usage, 3 configuration, database or service, 4 not found,\n5 apply --dry-run: something would change.',
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
    .addCommand(exportCommand(context))
    .addCommand(applyCommand(context))
  throwUsageErrors(program, terminal.stdout)
  return program
}
