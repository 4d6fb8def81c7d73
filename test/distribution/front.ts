import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Server, startServer } from './processes.ts'

interface FrontOptions {
  /** Public URL: the one address that clients know. */
  url: string
  /** `host:port` */
  service: string
  /** `host:port` */
  registry: string
}

/** Caddy with the file that compose.yaml gives it. */
export async function startFront({ url, service, registry }: FrontOptions): Promise<Server> {
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
          FRONT_SERVICE: service,
          FRONT_REGISTRY: registry,
        },
        isUp: () => answers(`${url}/live`),
        debianPackage: 'caddy',
      },
    )
    return { ...server, stop: () => server.stop().then(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
