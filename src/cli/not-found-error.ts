/** What the command line names does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}
