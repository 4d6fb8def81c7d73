import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parseAllowedHosts } from '../domain/allowed-hosts.ts'
import { parseUrl } from '../domain/parse-url.ts'
import { orIssue } from './or-issue.ts'

/** For a record that goes straight although `default` has a proxy. */
const NO_PROXY = 'none'

const PROXY = `must be http://HOST:PORT or https://HOST:PORT, also with USER:PASSWORD@, or ${NO_PROXY}`
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** How issuers are asked. */
export const issuerRoute = {
  ca: z
    .string('must be PEM, or the path of a file of it')
    .transform(orIssue(readCertificates))
    .optional()
    .describe(
      'certificates to trust instead of those that Node trusts: PEM, or the path of a file of it',
    ),
  proxy: z
    .string(PROXY)
    .refine(isProxy, PROXY)
    .optional()
    .describe('proxy to ask by (CONNECT), which resolves names; `none`: not that of `default`'),
  allowed: z
    .array(z.string('must be a host, an IP address or a CIDR range'), 'must be a list')
    .transform(orIssue(parseAllowedHosts))
    .optional()
    .describe('hosts, addresses and CIDRs that may be asked beside `OIDC_ALLOWED_HOSTS`'),
}

export const withoutNone = <Route extends { proxy?: string | undefined }>({
  proxy,
  ...route
}: Route) => (proxy === undefined || proxy === NO_PROXY ? route : { ...route, proxy })

/** @throws {Error} if it is neither PEM nor the path of such a file */
function readCertificates(text: string): string {
  const pem = text.includes('-----BEGIN') ? text : readText(text)
  const certificates = pem.match(CERTIFICATE) ?? []
  if (certificates.length === 0) throw new Error('holds no certificate in PEM')
  try {
    for (const certificate of certificates) new X509Certificate(certificate)
  } catch {
    throw new Error('holds a certificate that cannot be read')
  }
  return certificates.join('\n')
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`is neither PEM nor a file that can be read (${code})`)
  }
}

function isProxy(text: string): boolean {
  if (text === NO_PROXY) return true
  const url = parseUrl(text)
  if (url === undefined) return false
  const { protocol, hostname, pathname, search, hash } = url
  return /^https?:$/.test(protocol) && hostname !== '' && pathname + search + hash === '/'
}
