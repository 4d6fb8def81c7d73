import type { Error as DriverFault } from '@prisma/driver-adapter-utils'
import { driverFault, isAborted } from './driver-fault.ts'

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

/** What a change says that waited too long for others on this server (`db/turn-timeout.ts`). */
export const TURN_TIMEOUT = 'timeout exceeded when waiting for others'

/** What `pg` and its pool say in errors that carry no driver fault; the first waited for others to finish. */
const BY_MESSAGE: [string, Unavailability][] = [
  ['timeout exceeded when trying to connect', 'too_slow'],
  [TURN_TIMEOUT, 'too_slow'],
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
