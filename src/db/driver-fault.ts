import {
  type DriverAdapterError,
  type Error as DriverFault,
  isDriverAdapterError,
} from '@prisma/driver-adapter-utils'
import type { DatabaseError } from 'pg'

/** Why the database does not do what it is asked for. */
export type Unavailability = 'unreachable' | 'too_slow' | 'conflict' | 'full' | 'read_only'

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

/**
 * By SQLSTATE, the first that fits: 57014 is the statement timeout, 55P03 that of a lock; 25006: the server is read-only;
 * 53300: it has no connection to spare. Classes: connection exception, refused log-ins, insufficient resources, operator
 * intervention such as a shutdown, system error; 3D000: there is no such database, 55000: it takes no connections.
 */
const BY_SQLSTATE: [RegExp, Unavailability][] = [
  [/^(57014|55P03)$/, 'too_slow'],
  [/^(40001|40P01)$/, 'conflict'],
  [/^25006$/, 'read_only'],
  [/^(53100|53200|53400)$/, 'full'],
  [/^(08|28|53|57|58|3D000|55000)/, 'unreachable'],
]

/** What `pg` and its pool say in errors that carry no driver fault; the first waited for others to finish. */
const BY_MESSAGE: [string, Unavailability][] = [
  ['timeout exceeded when trying to connect', 'too_slow'],
  ['Connection terminated', 'unreachable'],
  ['Query read timeout', 'unreachable'],
  ['Client has encountered a connection error and is not queryable', 'unreachable'],
  ['SSL connection', 'unreachable'],
]

/** Prisma's code for a transaction that got no connection in time, or took too long. */
const PRISMA_TRANSACTION = 'P2028'

/** Codes of errors of the operating system, and of TLS. */
const SYSTEM_ERRORS =
  /^(ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/

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
 * Why the database could not be reached or could not take the work: down, restarting, out of connections or disk, too
 * slow, read-only, or too many at the same rows. Asking again later may succeed. Undefined for any other error.
 */
export function whyUnavailable(error: unknown): Unavailability | undefined {
  const fault = driverFault(error)
  if (fault !== undefined) {
    if (isAborted(error)) return 'conflict'
    const code = fault.originalCode ?? ''
    const known = BY_SQLSTATE.find(([codes]) => codes.test(code))?.[1]
    return known ?? (CONNECTION_FAULTS.has(fault.kind) ? 'unreachable' : undefined)
  }
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : ''
  if (code === PRISMA_TRANSACTION) return 'too_slow'
  if (SYSTEM_ERRORS.test(code)) return 'unreachable'
  return BY_MESSAGE.find(([text]) => error.message.includes(text))?.[1]
}

export const isUnavailable = (error: unknown) => whyUnavailable(error) !== undefined
