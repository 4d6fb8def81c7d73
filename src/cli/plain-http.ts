import { isLoopback } from '../domain/local-hosts.ts'
import { UsageError } from './command-errors.ts'

/**
 * Holds a command that sends an API token to what nobody on the way can read.
 *
 * @param plainHttp whether that was waived
 * @throws {UsageError}
 */
export function assertEncrypted({ protocol, hostname }: URL, plainHttp: boolean | undefined) {
  if (protocol === 'https:' || isLoopback(hostname) || plainHttp) return
  throw new UsageError(
    'http:// shows the token and all secrets to whoever is on the way: use https://, or add --plain-http',
  )
}
