#!/usr/bin/env node
import '../navigator.ts'
import { Command } from 'commander'
import { commandLine } from '../command-line.ts'
import { VERSION } from '../version.ts'
import { readDotEnv } from './dot-env.ts'
import { keysCommand } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { namesCommand } from './names.ts'
import { orgCommand } from './org.ts'
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
  .addCommand(namesCommand())
  .addCommand(tokenCommand())
  .addCommand(keysCommand())

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
  if (!isDone(error)) await report(error as Error)
}

async function report(error: Error) {
  const { explain } = await import('./explain.ts')
  const { EXIT_CODES } = await import('./exit-codes.ts')
  const { kind, message } = explain(error)
  process.exitCode = EXIT_CODES[kind]
  if (wantsJson) process.stderr.write(`${JSON.stringify({ error: kind, message })}\n`)
  else if (kind !== 'usage') process.stderr.write(`${message}\n`)
  else {
    const help = commandLine(`${commandNamed(program, args)}--help`)
    process.stderr.write(`error: ${message}\nSee: ${help}\n`)
  }
}
