import { CERTIFICATE_BACKDATE_MS } from './clock-differences.ts'

/** The end of the authority's certificate: RFC 5280 §4.1.2.5 writes this for one without a planned end. */
export const AUTHORITY_END = new Date('9999-12-31T23:59:59Z')

/** Within this time (ms) every server knows of a new authority, made by another server or by a command. */
export const AUTHORITY_REFRESH_MS = 30_000

/** A key that is in use beyond its time is certified for so much longer, again and again (ms). */
const SLACK_MS = 300_000
/** A certificate that outlasts its key's use by more than this (ms), as older versions made them, is made anew. */
const TOO_LONG_MS = 86_400_000

/** Certificates are valid from a day before what they certify was made. */
export const certificateBegin = (createdAt: Date) =>
  new Date(createdAt.getTime() - CERTIFICATE_BACKDATE_MS)

/** How long a signing key is used (seconds). */
export interface KeyUse {
  /** Age at which a key is replaced. */
  rotateAfterSeconds: number
  /** From the replacement of a key until the end of the last token that it may sign. */
  afterlifeSeconds: number
}

/** When the certificate of a key ends that has not been replaced yet: with the last token that the key will sign. */
export function certificateEnd(createdAt: Date, now: Date, use: KeyUse): Date {
  const due = createdAt.getTime() + use.rotateAfterSeconds * 1000
  const replaced = due > now.getTime() ? due : now.getTime() + SLACK_MS
  return new Date(replaced + use.afterlifeSeconds * 1000)
}

/** Whether a certificate that ends then lasts as long as its key is used, and not much longer. */
export const endFits = (end: Date, createdAt: Date, now: Date, use: KeyUse): boolean =>
  end.getTime() >= now.getTime() + use.afterlifeSeconds * 1000 &&
  end.getTime() <= certificateEnd(createdAt, now, use).getTime() + TOO_LONG_MS
