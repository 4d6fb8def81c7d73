/** The service cannot start as it was told to; the message is for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
