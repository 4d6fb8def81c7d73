/** What went wrong while a document of an issuer was fetched. */
type FetchFailure =
  | 'address_refused'
  | 'timeout'
  | 'too_large'
  | 'status'
  | 'not_json'
  | 'network'
  | 'redirect'

/** A failed fetch. The message may be shown and logged: it holds nothing of the response body. */
export class IssuerError extends Error {
  readonly reason: FetchFailure

  constructor(reason: FetchFailure, message: string) {
    super(message)
    this.name = 'IssuerError'
    this.reason = reason
  }
}
