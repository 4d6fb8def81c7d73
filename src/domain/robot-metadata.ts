import { invalidRequest } from './errors.ts'
import { isStorableJson } from './storable-json.ts'

/** What callers keep with a robot, in their own form. */
export type Metadata = Record<string, unknown>

/** Largest metadata of a robot (bytes of JSON), so that limits of robots bound the size of the database. */
const MAX_BYTES = 65_536

/** What is wrong with metadata; undefined where they can be kept. */
export function metadataProblem(metadata: Metadata): string | undefined {
  if (!isStorableJson(metadata)) {
    return 'must hold well-formed text, no integers beyond 2^53 and at most 100 levels'
  }
  const isLong = Buffer.byteLength(JSON.stringify(metadata)) > MAX_BYTES
  return isLong ? `must have at most ${MAX_BYTES} bytes as JSON` : undefined
}

/** @throws {ServiceError} `invalid_request` */
export function assertMetadata(metadata: Metadata): void {
  const problem = metadataProblem(metadata)
  if (problem !== undefined) throw invalidRequest(`unstructured_metadata ${problem}`)
}
