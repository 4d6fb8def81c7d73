import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { gzipSync } from 'node:zlib'
import { listenOnLoopback } from './loopback-server.ts'
import { createMint, createSigningKey, type Mint, type SigningKey } from './signing.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** An issuer on loopback that behaves well until told otherwise. */
export interface Issuer {
  issuer: string
  key: SigningKey
  /** All requests so far, in order. */
  requests: IncomingMessage[]
  /** Makes the server answer so on a path, in place of what it answered before. */
  answer(path: string, answer: Answer): void
  /** Makes the server publish these keys (JWKs) only. */
  publish(keys: readonly unknown[]): void
  mint: Mint
  close(): Promise<void>
}

export interface IssuerOptions {
  /** ES256 key to sign with; a new one unless given. */
  key?: SigningKey
  /** Serves https as this host; PEM. */
  tls?: { hostname: string; key: string; cert: string }
}

export const discoveryPath = '/.well-known/openid-configuration'
export const keysPath = '/keys'

export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const { tls, key = await createSigningKey('ES256', 'first') } = options
  const requests: IncomingMessage[] = []
  const answers = new Map<string, Answer>()
  const handle: Answer = (request, response) => {
    requests.push(request)
    const answer = answers.get(request.url ?? '') ?? status(404)
    answer(request, response)
  }
  const { port, close } = await listenOnLoopback(
    tls ? createTlsServer(tls, handle) : createServer(handle),
  )
  const issuer = tls ? `https://${tls.hostname}:${port}` : `http://127.0.0.1:${port}`
  const publish = (keys: readonly unknown[]) => answers.set(keysPath, json({ keys }))

  answers.set(discoveryPath, json({ issuer, jwks_uri: `${issuer}${keysPath}` }))
  publish([key.publicJwk])
  return {
    issuer,
    key,
    requests,
    answer: (path, answer) => answers.set(path, answer),
    publish,
    mint: createMint(issuer, key),
    close,
  }
}

export function json(document: unknown): Answer {
  return text(JSON.stringify(document))
}

export function text(body: string): Answer {
  return (_, response) => response.end(body)
}

export function status(code: number, body = 'secret of the issuer'): Answer {
  return (_, response) => response.writeHead(code).end(body)
}

export function redirectTo(location: string): Answer {
  return (_, response) => response.writeHead(302, { location }).end()
}

/** Accepts the request and never answers. */
export const silence: Answer = () => {}

/** Cuts the connection without an answer. */
export const hangUp: Answer = (request) => request.socket.destroy()

/** Sends a byte every 10 ms, for ever. */
export const drip: Answer = (_, response) => {
  const timer = setInterval(() => response.write(' '), 10)
  response.on('close', () => clearInterval(timer))
}

/** Sends data as fast as it is taken, for ever and without a length. */
export const flood: Answer = (_, response) => {
  const chunk = ' '.repeat(16 * 1024)
  const pour = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', pour)
  pour()
}

/** A small compressed body that unpacks to a JSON string of this many bytes. */
export function gzipBomb(bytes: number): Answer {
  const body = gzipSync(JSON.stringify('0'.repeat(bytes)))
  return (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body)
}

/** A body that is said to be in a content coding. */
export const encoded =
  (coding: string, body: Buffer | string): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-encoding': coding }).end(body)
