import type { LookupAddress } from 'node:dns'
import { lookup, Resolver } from 'node:dns/promises'
import { createLimiter } from '../domain/limiter.ts'
import { HOSTS_FILE, lookUpHosts } from './hosts-file.ts'
import { DNS_TIMEOUT, DNS_TRIES } from './issuer-limits.ts'

/** All addresses of a host name. */
export type ResolveHost = (hostname: string) => Promise<LookupAddress[]>

interface ResolverOptions {
  /** Addresses of DNS servers; default: those of the system. */
  servers?: string[]
  /** For one question to one server (ms). */
  timeoutMs?: number
  /** Default: that of the system. */
  hostsFile?: string
}

/**
 * Makes a resolver that looks into the hosts file, and asks DNS itself for what is not there. The system's resolver does
 * the same, but occupies one of the process's few threads for as long as a name server keeps it waiting, and how long that
 * is, a name's owner decides. So the system is asked only for what DNS does not know (search domains), for two names at
 * a time.
 */
export function createResolver(options: ResolverOptions = {}): ResolveHost {
  const { servers, timeoutMs = DNS_TIMEOUT, hostsFile = HOSTS_FILE } = options
  const resolver = new Resolver({ timeout: timeoutMs, tries: DNS_TRIES })
  if (servers) resolver.setServers(servers)
  const limit = createLimiter({
    concurrency: 2,
    maxWaiting: 20,
    refusal: 'Too many names are being resolved',
  })

  return async (hostname) => {
    const known = await lookUpHosts(hostname, hostsFile)
    if (known.length > 0) return known
    const answers = await Promise.allSettled([
      addressesOf(resolver.resolve4(hostname), 4),
      addressesOf(resolver.resolve6(hostname), 6),
    ])
    const addresses = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? answer.value : [],
    )
    if (addresses.length > 0) return addresses
    const silent = answers.find(
      (answer) => answer.status === 'rejected' && isTimeout(answer.reason),
    )
    if (silent?.status === 'rejected') throw silent.reason
    return limit(() => lookup(hostname, { all: true }))
  }
}

const addressesOf = async (asked: Promise<string[]>, family: 4 | 6): Promise<LookupAddress[]> =>
  (await asked).map((address) => ({ address, family }))

const isTimeout = (error: NodeJS.ErrnoException) => error.code === 'ETIMEOUT'
