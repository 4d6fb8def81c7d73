import { type DestinationStream, type Logger, pino } from 'pino'

/** Values under these names are kept out of the log. */
const SECRET_PATHS = ['authorization', 'password', 'token', 'access_token', 'secret'].flatMap(
  (key) => [key, `*.${key}`, `*.*.${key}`],
)

/**
 * Lines are collected and written together, after this many milliseconds at the latest, and when the process ends by
 * itself: a write for each line would be a good part of what a request costs (bench/README.md).
 */
const FLUSH_INTERVAL = 100
const FLUSH_BYTES = 4096

/** Lines that nobody reads are dropped beyond this (bytes). */
const MOST_UNREAD = 8_000_000

const standardOutput = () =>
  pino.destination({
    sync: false,
    minLength: FLUSH_BYTES,
    periodicFlush: FLUSH_INTERVAL,
    maxLength: MOST_UNREAD,
  })

export const createLogger = (
  level: string,
  destination: DestinationStream = standardOutput(),
): Logger => pino({ level, redact: { paths: SECRET_PATHS, censor: '[redacted]' } }, destination)
