#!/usr/bin/env node
import '../navigator.ts'
import { Command } from 'commander'
import { VERSION } from '../version.ts'
import { readDotEnv } from './dot-env.ts'
import { federationCommand } from './federation.ts'
import { keysCommand } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { namesCommand } from './names.ts'
import { orgCommand } from './org.ts'
import { robotCommand } from './robot.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'
import { commandNamed, isDone, throwUsageErrors } from './usage.ts'
import { userCommand } from './user.ts'

const program = new Command('quay-robots')
  .description('Robot accounts in the API of Quay, beside any container registry')
  .version(VERSION)
  .addHelpText(
    'after',
    '\nConfigured by environment variables, or a file .env of them: docs/configuration.md lists them.\n' +
      'Exit codes: 1 refused, 2 wrong usage, 3 configuration or database, 4 not found.',
  )
  .addCommand(serveCommand())
  .addCommand(migrateCommand())
  .addCommand(userCommand())
  .addCommand(orgCommand())
  .addCommand(robotCommand())
  .addCommand(namesCommand())
  .addCommand(tokenCommand())
  .addCommand(keysCommand())
  .addCommand(federationCommand())

const args = process.argv.slice(2)
const wantsJson = args.includes('--json')
/** Prints a remark beside results and errors; not with `--json`, when a program reads. */
function note(text: string) {
  if (!wantsJson) process.stderr.write(`${text}\n`)
}

throwUsageErrors(program)
try {
  readDotEnv(note)
  await program.parseAsync()
} catch (error) {
  if (!isDone(error)) {
    const { reportError } = await import('./error-report.ts')
    reportError(error as Error, { wantsJson, command: commandNamed(program, args) })
  }
}
