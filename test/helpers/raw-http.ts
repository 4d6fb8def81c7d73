import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The text as JSON; undefined where it is none. */
  body: unknown
}

export interface RawRequest {
  method?: string
  /** Sent as it is. */
  path: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}

/** Sends exactly this, where an ordinary client would put it right. */
export function send(url: string, { method = 'GET', path, headers = {}, body }: RawRequest) {
  const { hostname, port } = new URL(url)
  return new Promise<RawAnswer>((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path, headers: withLength(headers, body), agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const { statusCode = 0, headers } = response
          resolve({ status: statusCode, headers, text, body: parse(text) })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Writes bytes to a socket and gives back all that comes until the server hangs up. */
export function sendBytes(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let text = ''
    socket.setTimeout(5000, () => socket.destroy(new Error('the server keeps the connection')))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

function withLength(headers: Record<string, string | string[]>, body: RawRequest['body']) {
  if (body === undefined || 'transfer-encoding' in headers) return headers
  return { 'content-length': String(Buffer.byteLength(body)), ...headers }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
