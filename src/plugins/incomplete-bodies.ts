import type { Readable } from 'node:stream'
import { invalidRequest, overloaded, type ServiceError } from '../domain/errors.ts'
import { tooLarge } from './body-limits.ts'

interface BodyReaderOptions {
  /** How many bytes of incomplete bodies are held at a time. */
  maxBytes: number
  /** Told of each body that gave way. */
  onShed: () => void
}

/**
 * Collects bodies, and bounds the memory that all incomplete ones take together. Beyond that the oldest is given up, so
 * that callers who never finish cannot keep out others.
 */
export function createBodyReader({ maxBytes, onShed }: BodyReaderOptions) {
  /** Functions that give one up, the oldest body's first. */
  const underWay = new Set<() => void>()
  let held = 0

  function makeRoom(): void {
    while (held > maxBytes) {
      const [giveWay] = underWay
      if (!giveWay) return
      giveWay()
      onShed()
    }
  }

  /**
   * @param limit bytes
   * @throws {ServiceError} `request_too_large`, `unavailable` for one that gave way, `invalid_request` where the caller hung up
   */
  return function readBody(body: Readable, limit: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let length = 0

      function take(chunk: Buffer) {
        length += chunk.length
        held += chunk.length
        if (length > limit) return refuse(tooLarge(limit))
        chunks.push(chunk)
        makeRoom()
      }
      function end() {
        leave()
        resolve(Buffer.concat(chunks, length))
      }
      const hungUp = () => refuse(notArrived())
      const giveWay = () => refuse(overloaded('Too many bodies are on their way'))

      function refuse(error: ServiceError) {
        leave()
        // What still comes is thrown away.
        body.resume()
        reject(error)
      }
      function leave() {
        underWay.delete(giveWay)
        held -= length
        body.off('data', take).off('end', end).off('error', hungUp).off('close', hungUp)
        body.on('error', () => {})
      }

      underWay.add(giveWay)
      body.on('data', take).on('end', end).on('error', hungUp).on('close', hungUp).resume()
    })
  }
}

export const notArrived = () => invalidRequest('The body did not arrive')
