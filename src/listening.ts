import { createServer } from 'node:net'
import type { Config } from './config/config.ts'
import { StartError } from './start-error.ts'

type Address = Pick<Config, 'host' | 'port'>

const PROBLEMS: Record<string, string> = {
  EACCES: 'only a privileged process may use this port',
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAI_AGAIN: 'no name server can be asked for this host',
  ENOTFOUND: 'there is no such host',
}

/** What the operator reads where the server cannot listen. */
export function listenError({ host, port }: Address, cause: NodeJS.ErrnoException) {
  const problem = PROBLEMS[cause.code ?? ''] ?? cause.message
  return new StartError(
    `Cannot listen on port ${port} of ${host}: ${problem}. Choose with PORT and HOST.`,
    { cause },
  )
}

/**
 * Listens for a moment, so that a port in use is known before anything that takes long, or lasts, is done.
 *
 * @throws {StartError}
 */
export async function assertCanListen({ host, port }: Address): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(listenError({ host, port }, error)))
    probe.listen({ host, port }, () => probe.close(() => resolve()))
  })
}
