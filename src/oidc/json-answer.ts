import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { IssuerError } from './issuer-error.ts'

/** Content codings (RFC 9110 §8.4.1). None is asked for, and some send one all the same. */
const UNPACK = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

/** Passes over a byte order mark (RFC 8259 §8.1). */
const utf8 = new TextDecoder()

/**
 * The JSON document in an answer.
 * @param maxBytes of the document, unpacked
 * @throws {IssuerError}
 */
export async function readJson(
  answer: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<unknown> {
  const { statusCode, body } = answer
  if (statusCode !== 200) {
    discard(body)
    throw new IssuerError('status', `HTTP status ${statusCode}`)
  }
  return parse(utf8.decode(await readContent(answer, maxBytes)))
}

/**
 * What is in an answer, whatever its status.
 * @param maxBytes of it, unpacked
 * @throws {IssuerError}
 */
export async function readContent(
  { headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of unpacked(body, String(headers['content-encoding'] ?? ''))) {
    size += chunk.length
    if (size > maxBytes) {
      throw new IssuerError('too_large', `Document of more than ${maxBytes} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Drops the connection instead of reading a body that nobody needs. */
export function discard(body: Readable): void {
  body.on('error', () => {})
  body.destroy()
}

async function* unpacked(body: Readable, coding: string): AsyncGenerator<Buffer> {
  const name = coding.trim().toLowerCase()
  if (name === '' || name === 'identity') return yield* body
  const unpack = UNPACK.get(name)?.()
  if (!unpack) {
    discard(body)
    throw new IssuerError('not_json', 'Document in a content coding that is not known')
  }
  let broken: unknown
  body.on('error', (error) => {
    broken = error
    unpack.destroy(error)
  })
  try {
    for await (const chunk of body.pipe(unpack)) yield chunk
  } catch {
    throw broken ?? new IssuerError('not_json', 'Document is not what its content coding says')
  } finally {
    discard(body)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Its text would quote the document.
    throw new IssuerError('not_json', 'Document is not JSON')
  }
}
