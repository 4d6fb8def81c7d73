import type { LookupAddress } from 'node:dns'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** Where the system keeps it (hosts(5)). */
export const HOSTS_FILE = '/etc/hosts'

/** A host name as it is compared: without regard to case, or to the dot of the root. */
const canonical = (name: string) => name.toLowerCase().replace(/\.$/, '')

/**
 * All addresses that a hosts file has for a name, as it stands now; none where there is no file.
 */
export async function lookUpHosts(hostname: string, path: string): Promise<LookupAddress[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const wanted = canonical(hostname)
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const family = isIP(address)
    return family !== 0 && names.some((name) => canonical(name) === wanted)
      ? [{ address, family }]
      : []
  })
}
