#!/usr/bin/env node
import { Command } from 'commander'
import { ConfigError } from '../config/config.ts'
import { UnknownKeyError } from '../crypto/keyring.ts'
import { isUnavailable } from '../db/client.ts'
import { FolderInUseError } from '../db/folder-lock.ts'
import { MigrationError } from '../db/migration-history.ts'
import { ServiceError } from '../domain/errors.ts'
import { VERSION } from '../version.ts'
import { keysCommand } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { orgCommand } from './org.ts'
import { serveCommand } from './serve.ts'
import { tokenCommand } from './token.ts'
import { UsageError } from './usage-error.ts'
import { userCommand } from './user.ts'

const program = new Command('quay-robots')
  .description('Robot accounts in the API of Quay, beside any container registry')
  .version(VERSION)
  .showHelpAfterError()
  .addCommand(serveCommand())
  .addCommand(migrateCommand())
  .addCommand(userCommand())
  .addCommand(orgCommand())
  .addCommand(tokenCommand())
  .addCommand(keysCommand())

/** Errors whose message tells the operator all there is to know. */
const EXPLAINED = [
  ConfigError,
  FolderInUseError,
  MigrationError,
  ServiceError,
  UnknownKeyError,
  UsageError,
]

function explain(error: Error) {
  if (EXPLAINED.some((kind) => error instanceof kind)) return error.message
  if (isUnavailable(error)) return `the database cannot be reached or used: ${error.message}`
  return error.stack
}

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}
