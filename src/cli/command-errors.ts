/** The command line asks for something that cannot be; the message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What the command line names does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}
