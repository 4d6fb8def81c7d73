import type { IncomingMessage, ServerResponse } from 'node:http'

/** The headers that the service sends with every answer of its API. */
export const API_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
  'access-control-max-age': '21600',
  'access-control-allow-headers': 'AUTHORIZATION, CONTENT-TYPE, IF-MATCH, X-REQUESTED-WITH',
  'access-control-expose-headers': 'ETAG',
}

export interface Answer {
  status: number
  headers: Record<string, string>
  body: unknown
}

export const REFUSED: Answer = { status: 401, headers: {}, body: { error: 'refused' } }
export const MISSING: Answer = { status: 404, headers: {}, body: { error: 'missing' } }

export function send(response: ServerResponse, { status, headers, body }: Answer) {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

export function basicOf(header = ''): [string, string] {
  const text = Buffer.from(header.slice('Basic '.length), 'base64').toString()
  const colon = text.indexOf(':')
  return [text.slice(0, colon), text.slice(colon + 1)]
}

export const quayDate = (date: Date) => date.toUTCString().replace('GMT', '-0000')
