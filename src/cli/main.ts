#!/usr/bin/env node
import '../navigator.ts'
import { existsSync, statSync } from 'node:fs'
import { Command } from 'commander'
import { VERSION } from '../version.ts'
import { keysCommand } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { namesCommand } from './names.ts'
import { orgCommand } from './org.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'
import { userCommand } from './user.ts'

const program = new Command('quay-robots')
  .description('Robot accounts in the API of Quay, beside any container registry')
  .version(VERSION)
  .addHelpText(
    'after',
    '\nConfigured by environment variables, or a file .env of them: README.md lists them.',
  )
  .addCommand(serveCommand())
  .addCommand(migrateCommand())
  .addCommand(userCommand())
  .addCommand(orgCommand())
  .addCommand(namesCommand())
  .addCommand(tokenCommand())
  .addCommand(keysCommand())

/** Commands do not take this over from the one they are added to. */
function showHelpAfterErrors(command: Command) {
  command.showHelpAfterError()
  command.commands.forEach(showHelpAfterErrors)
}

showHelpAfterErrors(program)
try {
  // What is set already stays as it is.
  if (existsSync('.env') && statSync('.env').isFile()) {
    process.loadEnvFile()
    process.stderr.write('Variables are read from .env, too.\n')
  }
  await program.parseAsync()
} catch (error) {
  const { explain } = await import('./explain.ts')
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}
