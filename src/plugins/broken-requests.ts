import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { invalidRequest } from '../domain/errors.ts'
import { apiErrorBody } from './error-bodies.ts'

const PROBLEMS: Record<string, [status: number, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The address and the headers are too long'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time'],
}

/**
 * Answers on a connection whose bytes could not be parsed as HTTP, then closes it. Without a request there is no Fastify
 * reply: the answer is written to the socket.
 */
export const answerBrokenRequest =
  (publicUrl: string) =>
  (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const [status, message] = PROBLEMS[error.code ?? ''] ?? [400, 'The request is not valid HTTP']
    const body = JSON.stringify(apiErrorBody(publicUrl, invalidRequest(message), status))
    const headers = `content-type: application/json\r\ncontent-length: ${body.length}`
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers}\r\nconnection: close\r\n\r\n${body}`,
      () => socket.destroy(),
    )
  }
