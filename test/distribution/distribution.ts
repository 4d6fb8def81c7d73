import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestService } from '../helpers/service.ts'

const START_MS = 10_000
const STOP_MS = 5_000
/** Ends by itself where the test run was killed. */
const LIFE_S = 600
/** Exit status of `timeout` where there is no such program. */
const NOT_FOUND = 127
/** Another Distribution than Debian's can be tried, by the path of its program. */
const PROGRAM = process.env.REGISTRY_PROGRAM ?? 'docker-registry'

export interface Distribution {
  /** `host:port` */
  host: string
  /** What it has logged so far. */
  log(): string
  stop(): Promise<void>
}

/** A registry (Debian's is Distribution 2.8) on a port of its own choice, which believes the service's tokens. */
export async function startDistribution(service: TestService): Promise<Distribution> {
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-registry-'))
  const bundle = join(folder, 'registry-ca.pem')
  const config = join(folder, 'config.yml')
  const answer = await fetch(`${service.url}/.well-known/registry-ca.pem`)
  await writeFile(bundle, await answer.text())
  await writeFile(config, configOf(service, bundle))

  const command = [`${LIFE_S}`, PROGRAM, 'serve', config]
  const child = spawn('timeout', command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Distribution 3 would look for a collector of traces.
    env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  }
  const stop = async () => {
    await end(child)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    return { host: await listening(child, () => log), log: () => log, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The four settings that an operator makes, as the README has them; JSON is YAML. */
const configOf = ({ config }: TestService, rootcertbundle: string) =>
  JSON.stringify({
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { inmemory: {}, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0', secret: 'test' },
    auth: {
      token: {
        realm: `${config.publicUrl}/v2/auth`,
        service: config.registryService,
        issuer: config.tokenIssuer,
        rootcertbundle,
      },
    },
  })

function listening(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(`no port after ${START_MS} ms`), START_MS)
    const fail = (why: string) => {
      clearTimeout(timer)
      reject(new Error(`docker-registry: ${why}\n${log()}`))
    }
    const look = () => {
      const [, host] = /listening on (127\.0\.0\.1:\d+)/.exec(log()) ?? []
      if (host === undefined) return
      clearTimeout(timer)
      resolve(host)
    }
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) =>
      fail(code === NOT_FOUND ? missingPackage('docker-registry') : `ended with ${code}`),
    )
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
  })
}

/** Ends with certainty: by force where asking does not help. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(timer)
}

/** Says what to install where a program is not there. */
export const missingPackage = (debianPackage: string) =>
  `not found; install it: apt-get install -y --no-install-recommends ${debianPackage}`
