import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { request } from 'undici'
import { giveToPostgres } from '../../lab/cluster.ts'
import { freePort } from '../../lab/ports.ts'
import { HOST_ADDRESS, type Machine, startMachine, startNetwork } from './machines.ts'
import { haproxyConfiguration, patroniConfiguration } from './patroni-configuration.ts'

const NODES = 3
const ETCD_PORT = 2379
/** Until all are there, or there again: a node that missed much copies the whole database (ms). */
const COMPLETE_WITHIN = 120_000

/**
 * Three PostgreSQL servers under Patroni, each on a machine of its own, with etcd and HAProxy on this one.
 * Needs root, and Debian's `patroni`, `etcd-server` and `haproxy`.
 */
export async function startPatroni() {
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-patroni-'))
  await giveToPostgres(folder)
  const network = await startNetwork()
  const etcd = startEtcd(join(folder, 'etcd'))
  const nodes = await Promise.all(
    Array.from({ length: NODES }, (_, n) => startNode(folder, n + 1, etcdAddress)),
  )
  const port = await freePort()
  const configuration = join(folder, 'haproxy.cfg')
  await writeFile(configuration, haproxyConfiguration(port, nodes))
  const haproxy = start('haproxy', ['-db', '-f', configuration])

  /** The nodes that say that they are the primary. */
  async function primaries(): Promise<Node[]> {
    const says = await Promise.all(nodes.map((node) => node.says('/primary')))
    return nodes.filter((_, n) => says[n] === 200)
  }

  return {
    urlOf: (user: string, database: string) => `postgresql://${user}@127.0.0.1:${port}/${database}`,

    async query(sql: string, database = 'postgres') {
      const connectionString = `postgresql://postgres@127.0.0.1:${port}/${database}`
      const client = new pg.Client({ connectionString })
      await client.connect()
      await client.query(sql).finally(() => client.end())
    },

    /** @throws Error where nobody is */
    async primary(): Promise<Node> {
      const [node] = await primaries()
      if (!node) throw new Error('no primary')
      return node
    },

    /** Waits for another primary than one that is dead or cut off. */
    async untilAnother(than: Node): Promise<void> {
      await until(async () => (await primaries()).some((node) => node !== than))
    },

    /** Waits until all nodes follow one primary, one of them synchronously. */
    async untilComplete(): Promise<void> {
      await until(async () => {
        const roles = await Promise.all(nodes.map((node) => node.roleOfFollower()))
        const following = roles.filter((role) => role !== undefined)
        return (
          (await primaries()).length === 1 &&
          following.length === NODES - 1 &&
          following.includes('sync')
        )
      })
    },

    async remove() {
      haproxy.kill('SIGKILL')
      await Promise.all(nodes.map((node) => node.end()))
      etcd.kill('SIGKILL')
      await network.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type Node = Awaited<ReturnType<typeof startNode>>

const etcdAddress = `${HOST_ADDRESS}:${ETCD_PORT}`

function startEtcd(data: string): ChildProcess {
  const client = `http://${etcdAddress}`
  const peer = `http://${HOST_ADDRESS}:2380`
  return start('etcd', [
    ...['--name', 'etcd', '--data-dir', data, '--log-level', 'error'],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ...['--initial-cluster', `etcd=${peer}`],
  ])
}

const start = (command: string, args: string[]) => spawn(command, args, { stdio: 'ignore' })

async function startNode(folder: string, number: number, etcd: string) {
  const machine: Machine = await startMachine(number)
  const own = join(folder, machine.name)
  await mkdir(own, { mode: 0o700 })
  await giveToPostgres(own)
  const file = join(folder, `${machine.name}.yml`)
  await writeFile(file, JSON.stringify(await patroniConfiguration(machine, own, etcd)))
  const boot = () => machine.start('patroni', [file])
  boot()

  /** What Patroni's API answers (status); 0 where nobody does. */
  async function ask(path: string) {
    try {
      const timeouts = { headersTimeout: 1_000, bodyTimeout: 1_000 }
      const { statusCode, body } = await request(`http://${machine.address}:8008${path}`, timeouts)
      return { status: statusCode, body: (await body.json()) as { sync_standby?: boolean } }
    } catch {
      return { status: 0, body: {} }
    }
  }

  return {
    ...machine,
    says: async (path: string) => (await ask(path)).status,
    async roleOfFollower(): Promise<'sync' | 'async' | undefined> {
      const { status, body } = await ask('/replica')
      if (status !== 200) return undefined
      return body.sync_standby ? 'sync' : 'async'
    },
    /** As a machine that comes up again. */
    boot,
  }
}

async function until(holds: () => Promise<boolean>) {
  const deadline = performance.now() + COMPLETE_WITHIN
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('the database servers did not come together')
    await sleep(50)
  }
}
