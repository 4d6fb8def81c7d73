import {
  type DriverAdapterError,
  type Error as DriverFault,
  isDriverAdapterError,
} from '@prisma/driver-adapter-utils'
import type { DatabaseError } from 'pg'

const CONNECTION_FAULTS: ReadonlySet<string> = new Set<DriverFault['kind']>([
  'AuthenticationFailed',
  'ConnectionClosed',
  'DatabaseAccessDenied',
  'DatabaseDoesNotExist',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
])

// SQLSTATE classes: connection exception, insufficient resources, operator intervention (which covers
// shutdown and the statement timeout), system error; and refused log-ins, 25006: the server is read-only,
// 3D000: there is no such database, 55000: it takes no connections.
const CONNECTION_SQLSTATE = /^(08|28|53|57|58)|^(25006|3D000|55000)$/

// What `pg` and its pool say in errors that carry no driver fault.
const CONNECTION_MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'SSL connection',
]

// Prisma's transaction got no connection in time, or took too long.
const PRISMA_TRANSACTION = 'P2028'

// Of the system, and of TLS.
const SYSTEM_ERRORS =
  /^(ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/

/** What the driver reported, by itself or out of whatever Prisma wrapped it in. */
export function driverFault(error: unknown): DriverFault | undefined {
  if (isDatabaseError(error)) return databaseFault(error)
  if (isFault(error)) return error.cause
  const wrapped = (error as { meta?: { driverAdapterError?: unknown } } | null)?.meta
    ?.driverAdapterError
  return isFault(wrapped) ? wrapped.cause : undefined
}

/** What the server itself reported; PGlite's class is not that of `pg`. */
export const isDatabaseError = (error: unknown): error is DatabaseError =>
  error instanceof Error && 'severity' in error && 'code' in error

/** As Prisma's adapter words it, for the kinds that are told apart here. */
function databaseFault({ code = '', message, severity = '', constraint }: DatabaseError) {
  const fault = { originalCode: code, originalMessage: message }
  const index = constraint === undefined ? {} : { constraint: { index: constraint } }
  if (code === '23505') return { ...fault, kind: 'UniqueConstraintViolation' as const, ...index }
  if (code === '23503') {
    return { ...fault, kind: 'ForeignKeyConstraintViolation' as const, ...index }
  }
  if (code === '40001' || code === '40P01') {
    return { ...fault, kind: 'TransactionWriteConflict' as const }
  }
  const [detail, column, hint] = [undefined, undefined, undefined]
  return { ...fault, kind: 'postgres' as const, code, severity, message, detail, column, hint }
}

function isFault(error: unknown): error is DriverAdapterError {
  return error instanceof Error && isDriverAdapterError(error)
}

/** Whether the database gave a transaction up for the sake of another one: a deadlock, or a serialization conflict. */
export const isAborted = (error: unknown) => driverFault(error)?.kind === 'TransactionWriteConflict'

/**
 * Whether the database could not be reached or could not take the work: down, restarting, out of
 * connections or disk, too slow, read-only, or too many at the same rows. Asking again later may succeed.
 */
export function isUnavailable(error: unknown): boolean {
  const fault = driverFault(error)
  if (fault !== undefined) {
    return (
      CONNECTION_FAULTS.has(fault.kind) ||
      CONNECTION_SQLSTATE.test(fault.originalCode ?? '') ||
      isAborted(error)
    )
  }
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    code === PRISMA_TRANSACTION ||
    SYSTEM_ERRORS.test(code) ||
    CONNECTION_MESSAGES.some((text) => error.message.includes(text))
  )
}
