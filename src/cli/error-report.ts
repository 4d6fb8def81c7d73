import type { Writable } from 'node:stream'
import { ApiRefusal, ApiUnavailable } from '../apply/api-client.ts'
import { ApplyStopped } from '../apply/apply-all.ts'
import { FileProblems } from '../apply/read-documents.ts'
import { commandLine } from '../command-line.ts'
import { ConfigError } from '../config/config.ts'
import { UnknownKeyError } from '../crypto/keyring.ts'
import { driverFault } from '../db/driver-fault.ts'
import { FolderInUseError } from '../db/folder-lock.ts'
import { MigrationError } from '../db/migration-history.ts'
import { PoolerError } from '../db/pooler.ts'
import { isUnavailable } from '../db/unavailability.ts'
import { ServiceError } from '../domain/errors.ts'
import { SourceError } from '../quay/source-error.ts'
import { StartError } from '../start-error.ts'
import { NotFoundError, RefusedError, UsageError } from './command-errors.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { inPlainWords } from './plain-words.ts'
import { isTlsProblem, TLS_ADVICE } from './tls-advice.ts'

interface Asked {
  /** Whether a program reads, which gets `{"error", "message"}`. */
  wantsJson: boolean
  /** As it was typed, with a blank after it: its help is pointed to. */
  command: string
}

/** Says on standard error what is wrong. @returns the exit code */
export function reportError(error: Error, { wantsJson, command }: Asked, stderr: Writable): number {
  const { kind, message } = explain(error)
  stderr.write(`${wantsJson ? asJson(kind, message) : asWords(kind, message, command)}\n`)
  return EXIT_CODES[kind]
}

const asJson = (error: string, message: string) => JSON.stringify({ error, message })

const asWords = (kind: string, message: string, command: string) =>
  kind === 'usage' ? `error: ${message}\nSee: ${commandLine(`${command}--help`)}` : message

interface Explanation {
  kind: keyof typeof EXIT_CODES
  /** One message; a stack only for what nobody foresaw. */
  message: string
}

/** What the operator reads of an error. */
function explain(error: Error): Explanation {
  const { message } = error
  if (error instanceof UsageError) return { kind: 'usage', message }
  if (error instanceof NotFoundError) return { kind: 'not_found', message }
  if (error instanceof RefusedError) return { kind: 'refused', message }
  if (error instanceof SourceError) return { kind: 'source', message }
  if (error instanceof ServiceError) return explainRefusal(error)
  const remote = kindOfRemote(error)
  if (remote) return { kind: remote, message }
  if (error instanceof ConfigError || error instanceof StartError) {
    return { kind: 'configuration', message }
  }
  if (error instanceof PoolerError) return { kind: 'configuration', message }
  if (error instanceof FolderInUseError || error instanceof MigrationError) {
    return { kind: 'database', message }
  }
  if (error instanceof UnknownKeyError) return { kind: 'configuration', message: wrongKey(error) }
  if (isUnavailable(error)) return { kind: 'database', message: databaseProblem(error) }
  if (isSystemError(error)) return { kind: 'configuration', message }
  return { kind: 'internal', message: error.stack ?? message }
}

/** Of commands that work over the API. */
function kindOfRemote(error: Error): Explanation['kind'] | undefined {
  if (error instanceof FileProblems) return 'file'
  if (error instanceof ApplyStopped) return kindOfRemote(error.cause as Error)
  if (error instanceof ApiRefusal) return 'refused'
  return error instanceof ApiUnavailable ? 'service' : undefined
}

function explainRefusal({ code, message }: ServiceError): Explanation {
  if (code === 'not_found' || code === 'robot_not_found') {
    return { kind: 'not_found', message }
  }
  if (code === 'unavailable') return { kind: 'database', message }
  return { kind: 'refused', message: inPlainWords(message) }
}

const wrongKey = ({ message }: UnknownKeyError) =>
  `This SECRET_KEY is not the one that the database was written with: it holds data ${message}. ` +
  'Start with the key it had before (an embedded database: DATA_DIR/secret.key), or give that key ' +
  'as SECRET_KEY_PREVIOUS.'

const databaseProblem = (error: Error) =>
  `The database cannot be reached or used: ${reasonOf(error)}.${isTlsProblem(error) ? ` ${TLS_ADVICE}` : ''}`

/** Names the host and what the server said, never the URL, which holds a password. */
function reasonOf(error: Error): string {
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
