/** Exit codes by the kind of failure, which `--json` prints. */
export const EXIT_CODES = {
  /** Nobody foresaw it. */
  internal: 1,
  /** What was asked for is well-formed, and not allowed. */
  refused: 1,
  /** The server that is moved from does not answer as it should. */
  source: 1,
  usage: 2,
  /** A file that was given says what cannot be. */
  file: 2,
  configuration: 3,
  database: 3,
  /** The service that a command works with does not answer, or fails. */
  service: 3,
  not_found: 4,
  /** No failure: `apply --dry-run` would change something. */
  differs: 5,
} as const
