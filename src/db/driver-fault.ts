import {
  type DriverAdapterError,
  type Error as DriverFault,
  isDriverAdapterError,
} from '@prisma/driver-adapter-utils'

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
// shutdown and the statement timeout), system error; 25006: the server is read-only; 55000: the database
// takes no connections.
const CONNECTION_SQLSTATE = /^(08|53|57|58)|^(25006|55000)$/

// What `pg`, its pool and Prisma's transactions say in errors that carry no driver fault.
const CONNECTION_MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Unable to start a transaction in the given time',
]

const SYSTEM_ERRORS = /^(ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_)/

/** What the driver reported, out of whatever Prisma wrapped it in. */
export function driverFault(error: unknown): DriverFault | undefined {
  if (isFault(error)) return error.cause
  const wrapped = (error as { meta?: { driverAdapterError?: unknown } } | null)?.meta
    ?.driverAdapterError
  return isFault(wrapped) ? wrapped.cause : undefined
}

function isFault(error: unknown): error is DriverAdapterError {
  return error instanceof Error && isDriverAdapterError(error)
}

export function isConnectionFailure(error: unknown): boolean {
  const fault = driverFault(error)
  if (fault !== undefined) {
    return CONNECTION_FAULTS.has(fault.kind) || CONNECTION_SQLSTATE.test(fault.originalCode ?? '')
  }
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    SYSTEM_ERRORS.test(code) || CONNECTION_MESSAGES.some((text) => error.message.includes(text))
  )
}
