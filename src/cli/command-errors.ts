/** The command line asks for something that cannot be; the message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for is not done, or not all of it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** What the command line names does not exist. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}
