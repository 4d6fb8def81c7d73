/** The server that is moved from does not answer as a Quay does; the message names the request, and holds no secret. */
export class SourceError extends Error {
  override readonly name = 'SourceError'

  /** Of the answer; undefined where there was none, or another fault in it. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

/** Whether the token may not read what was asked for. */
export const isForbidden = (error: unknown) => error instanceof SourceError && error.status === 403
