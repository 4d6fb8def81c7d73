import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Server, startServer } from './processes.ts'

/** Another Distribution than Debian's can be tried, by the path of its program. */
const PROGRAM = process.env.REGISTRY_PROGRAM ?? 'docker-registry'

interface DistributionOptions {
  port: number
  /** Public URL of the service, whose tokens it believes; also their issuer. */
  issuer: string
  /** Its own name, for which tokens are. */
  service: string
  /** PEM: what it trusts, one or more. */
  certificate: string
  /** Where tokens are to be had: at the issuer unless given. */
  realm?: string
  /** A folder for images, which outlive it then. */
  images?: string
}

/** A registry (Debian's is Distribution 2.8), with the settings that compose.yaml gives it. */
export async function startDistribution(options: DistributionOptions): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-registry-'))
  const bundle = join(folder, 'registry-ca.pem')
  const config = join(folder, 'config.yml')
  await writeFile(bundle, options.certificate)
  await writeFile(config, configOf(options, bundle))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const server = await startServer(PROGRAM, ['serve', config], {
      // Distribution 3 would look for a collector of traces.
      env: { OTEL_TRACES_EXPORTER: 'none' },
      isUp: (log) => /listening on 127\.0\.0\.1:\d+/.test(log),
      debianPackage: 'docker-registry',
    })
    return { ...server, stop: () => server.stop().then(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}

/** JSON is YAML. */
function configOf(options: DistributionOptions, rootcertbundle: string) {
  const { port, issuer, service, realm = `${issuer}/v2/auth`, images } = options
  const storage = images ? { filesystem: { rootdirectory: images } } : { inmemory: {} }
  return JSON.stringify({
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { ...storage, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: 'test', relativeurls: true },
    auth: { token: { realm, service, issuer, rootcertbundle } },
  })
}
