import { ConfigError } from '../config/config.ts'
import { UnknownKeyError } from '../crypto/keyring.ts'
import { driverFault, isUnavailable } from '../db/driver-fault.ts'
import { FolderInUseError } from '../db/folder-lock.ts'
import { MigrationError } from '../db/migration-history.ts'
import { ServiceError } from '../domain/errors.ts'
import { StartError } from '../open-services.ts'
import { UsageError } from './usage-error.ts'

/** Errors whose message tells the operator all there is to know. */
const EXPLAINED = [
  ConfigError,
  FolderInUseError,
  MigrationError,
  ServiceError,
  StartError,
  UsageError,
]

/** What the operator reads of an error: one message; a stack only for what nobody foresaw. */
export function explain(error: Error): string {
  if (EXPLAINED.some((kind) => error instanceof kind)) return error.message
  if (error instanceof UnknownKeyError) return wrongKey(error)
  if (isUnavailable(error)) {
    return `The database cannot be reached or used: ${databaseProblem(error)}.`
  }
  return isSystemError(error) ? error.message : (error.stack ?? error.message)
}

const wrongKey = ({ message }: UnknownKeyError) =>
  `This SECRET_KEY is not the one that the database was written with: it holds data ${message}. ` +
  'Start with the key it had before (an embedded database: DATA_DIR/secret.key), or give that key ' +
  'as SECRET_KEY_PREVIOUS.'

/** Names the host and what the server said, never the URL, which holds a password. */
function databaseProblem(error: Error): string {
  const fault = driverFault(error)
  if (fault === undefined) return error.message
  if (fault.kind === 'DatabaseNotReachable') {
    const port = fault.port === undefined ? '' : ` port ${fault.port}`
    return `nothing answers at ${fault.host ?? 'its host'}${port}`
  }
  if (fault.kind === 'TlsConnectionError') return fault.reason
  return fault.originalMessage ?? fault.kind
}

/** Such as a full disk or a missing permission; Node's message names call and path. */
const isSystemError = (error: NodeJS.ErrnoException) => error.syscall !== undefined
