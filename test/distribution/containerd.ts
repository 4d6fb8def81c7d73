import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Credentials, RegistryClient } from './clients.ts'
import { type Outcome, run, startServer } from './processes.ts'

/** Whether this machine has the programs, and lets us use them. */
export async function canRunContainerd(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false
  for (const program of ['containerd', 'ctr']) if (!(await isInstalled(program))) return false
  return true
}

async function isInstalled(program: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = await access(join(folder, program)).then(
      () => true,
      () => false,
    )
    if (found) return true
  }
  return false
}

/** What Kubernetes pulls with: a containerd of its own, on a socket of its own, driven by `ctr`. */
export async function startContainerd(host: string) {
  const home = await mkdtemp(join(tmpdir(), 'quay-robots-containerd-'))
  const socket = join(home, 'containerd.sock')
  const config = join(home, 'config.toml')
  await writeFile(config, configIn(home, socket))
  const ctr = (namespace: string, ...args: string[]): Promise<Outcome> =>
    run('ctr', ['--address', socket, '--namespace', namespace, ...args], { home })
  const server = await startServer('containerd', ['--config', config], {
    isUp: async () => (await ctr('none', 'version')).status === 0,
    debianPackage: 'containerd',
  })

  const http = ['--plain-http']
  const userOf = (as?: Credentials) => (as ? ['--user', `${as.username}:${as.password}`] : [])
  const client: RegistryClient = {
    async push(layout, name, as) {
      const namespace = crypto.randomUUID()
      const archive = join(home, `${namespace}.tar`)
      const steps = [
        () => run('tar', ['-C', layout, '-cf', archive, '.'], { home }),
        () =>
          // Only what is imported for a platform is kept from the collection of garbage.
          ctr(
            ...[namespace, 'images', 'import', '--no-unpack', '--all-platforms'],
            ...['--base-name', 'localhost/it', archive],
          ),
        () => ctr(namespace, 'images', 'tag', 'localhost/it:latest', `${host}/${name}`),
        () => ctr(namespace, 'images', 'push', ...http, ...userOf(as), `${host}/${name}`),
      ]
      let outcome: Outcome = { status: 0, stdout: '', stderr: '' }
      for (const step of steps) if (outcome.status === 0) outcome = await step()
      return outcome
    },
    /** Into a namespace of its own, which shares nothing. */
    pull: (name, as) =>
      ctr(
        ...[crypto.randomUUID(), 'images', 'pull', ...http, '--snapshotter', 'native'],
        ...[...userOf(as), `${host}/${name}`],
      ),
  }
  const close = async () => {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
  return { client, close }
}

const configIn = (home: string, socket: string) => `
version = 2
root = "${join(home, 'root')}"
state = "${join(home, 'state')}"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${socket}"
[ttrpc]
address = "${socket}.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
path = "${join(home, 'opt')}"
[plugins."io.containerd.metadata.v1.bolt"]
content_sharing_policy = "isolated"
`
