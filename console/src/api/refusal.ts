/** The service has said no, and why. */
export class Refusal extends Error {
  readonly status: number
  /** Stable: `fresh_login_required`. Undefined where the answer has none, as those to bad input in Quay. */
  readonly code: string | undefined

  constructor(status: number, code: string | undefined, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** No answer came: the service is down, or the network. */
export class Unreachable extends Error {
  constructor() {
    super('The service cannot be reached. What you typed is still here: try again in a moment.')
  }
}

/** Who was asked to sign in did not want to. */
export class Declined extends Error {
  constructor() {
    super('Not done, as you did not sign in.')
  }
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** The service speaks of headers, which people do not see. */
const CHANGED_SINCE =
  'Somebody has changed this since it was shown here: see what it is now, and try again.'

/** @param body `ApiError`, `ModelError`, or whatever a proxy before the service says */
export function refusalOf(status: number, body: unknown): Refusal {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  if (status === 412) return new Refusal(status, textOf(fields.error_type), CHANGED_SINCE)
  const message = textOf(fields.error_message) ?? textOf(fields.message) ?? textOf(fields.detail)
  return new Refusal(
    status,
    textOf(fields.error_type),
    message ?? `The service answered ${status}.`,
  )
}
