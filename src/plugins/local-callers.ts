import type { FastifyRequest } from 'fastify'
import { invalidRequest } from '../domain/errors.ts'
import { isLoopback } from '../domain/local-hosts.ts'

/** Headers by which a proxy tells of the caller (RFC 7239 §5, RFC 9110 §7.6.3). */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/**
 * Lets callers of this machine in only. They use its own names: any other name leads here because its owner made it do so,
 * to have a page in a browser on this machine call (DNS rebinding). Requests that a proxy has marked are refused, too; one
 * that leaves no mark cannot be told from a caller on this machine.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function assertLocalCaller({ hostname, headers }: FastifyRequest, publicUrl: string) {
  const isForwarded = PROXY_HEADERS.some((name) => headers[name] !== undefined)
  if (isForwarded || !isLoopback(hostname)) throw invalidRequest(`Ask at ${publicUrl}`)
}
