interface OriginHeaders {
  'sec-fetch-site'?: string | string[] | undefined
  origin?: string | undefined
}

/**
 * Whether a browser says that a page of this service sends the request, and no other: by `Sec-Fetch-Site` (W3C Fetch Metadata
 * §2.3), and where a browser does not send that, by `Origin` (RFC 6454 §7).
 */
export function isSameOrigin(headers: OriginHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin === new URL(publicUrl).origin
}
