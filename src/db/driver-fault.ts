import {
  type DriverAdapterError,
  type Error as DriverFault,
  isDriverAdapterError,
} from '@prisma/driver-adapter-utils'
import type { DatabaseError } from 'pg'

/** What went wrong at the database, also where Prisma has wrapped that error in its own; undefined for any other error. */
export function driverFault(error: unknown): DriverFault | undefined {
  if (isDatabaseError(error)) return databaseFault(error)
  if (isUnanswered(error)) return unansweredFault(error)
  if (isFault(error)) return error.cause
  const wrapped = (error as { meta?: { driverAdapterError?: unknown } } | null)?.meta
    ?.driverAdapterError
  return isFault(wrapped) ? wrapped.cause : undefined
}

/** Whether the database server itself reported the error. (By its fields: PGlite's class is not that of `pg`.) */
export const isDatabaseError = (error: unknown): error is DatabaseError =>
  error instanceof Error && 'severity' in error && 'code' in error

/** Why a server ends a session: it shuts down, the database is gone, or the session was idle for too long. */
const ENDS_SESSION = /^(57P0\d|25P0[34])$/

/** Whether a statement failed alone, and its connection goes on. Severities are in the language of the server (`lc_messages`). */
export const isStatementError = (error: Error) =>
  isDatabaseError(error) &&
  !['FATAL', 'PANIC'].includes(error.severity ?? '') &&
  !ENDS_SESSION.test(error.code ?? '')

/** What Node says of a host that has no address, or where nobody listens. */
type Unanswered = NodeJS.ErrnoException & { hostname?: string; address?: string; port?: number }

const isUnanswered = (error: unknown): error is Unanswered =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND')

/** As Prisma's adapter words it. */
const unansweredFault = ({ hostname, address, port }: Unanswered) =>
  ({ kind: 'DatabaseNotReachable', host: address ?? hostname, port }) as DriverFault

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

/** Whether the database aborted the transaction because of another one: a deadlock, or a serialization conflict. */
export const isAborted = (error: unknown) => driverFault(error)?.kind === 'TransactionWriteConflict'

/**
 * Name of the unique index that a write ran into, such as `robots_namespace_id_name_key`, on both
 * engines, for raw queries too; undefined for any other error.
 */
export function uniqueViolation(error: unknown): string | undefined {
  const fault = driverFault(error)
  if (fault?.kind !== 'UniqueConstraintViolation') return undefined
  return fault.constraint !== undefined && 'index' in fault.constraint ? fault.constraint.index : ''
}

/** Whether a write refers to a row that does not exist, such as one deleted at the same moment. */
export const isForeignKeyViolation = (error: unknown) =>
  driverFault(error)?.kind === 'ForeignKeyConstraintViolation'

/** Whether the database takes no changes for now: a standby, or a server set so. */
export const isReadOnly = (error: unknown) => driverFault(error)?.originalCode === '25006'
