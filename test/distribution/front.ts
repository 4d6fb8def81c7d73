import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../helpers/ports.ts'
import { type Server, startServer } from './processes.ts'

interface FrontOptions {
  /** Public URL: the one address that clients know. */
  url: string
  /** `host:port` */
  service: string
  /** `host:port` */
  registry: string
}

export interface Front extends Server {
  /** Path of the certificate to trust where the URL is https: Caddy is its own authority for this machine. */
  authority: string
}

/** Caddy with the file that compose.yaml gives it. */
export async function startFront({ url, service, registry }: FrontOptions): Promise<Front> {
  const home = await mkdtemp(join(tmpdir(), 'quay-robots-front-'))
  const remove = () => rm(home, { recursive: true, force: true })
  try {
    const server = await startServer(
      'caddy',
      ['run', '--config', 'compose/Caddyfile', '--adapter', 'caddyfile'],
      {
        env: {
          HOME: home,
          XDG_DATA_HOME: home,
          XDG_CONFIG_HOME: home,
          FRONT_SITE: url,
          // Where a site is https Caddy leads there from http.
          FRONT_HTTP_PORT: String(await freePort()),
          FRONT_SERVICE: service,
          FRONT_REGISTRY: registry,
          FRONT_TRUSTED_PROXIES: '',
        },
        isUp: (log) => log.includes('serving initial configuration'),
        debianPackage: 'caddy',
      },
    )
    const authority = join(home, 'caddy', 'pki', 'authorities', 'local', 'root.crt')
    return { ...server, authority, stop: () => server.stop().then(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}
