import { join } from 'node:path'
import { findBinaries } from '../../lab/cluster.ts'
import type { Machine } from './machines.ts'

// What docs/operations.md recommends, with the addresses and trust of machines that nobody else reaches.

/** What Patroni may take until a dead primary is replaced, at the longest (s). */
export const TTL = 20

/** Of one node, whose files are in the folder; Patroni reads YAML, which JSON is. */
export async function patroniConfiguration(machine: Machine, folder: string, etcd: string) {
  const password = 'among machines that nobody else reaches'
  return {
    scope: 'quay-robots',
    name: machine.name,
    restapi: { listen: `${machine.address}:8008`, connect_address: `${machine.address}:8008` },
    etcd3: { hosts: etcd },
    bootstrap: {
      dcs: {
        ttl: TTL,
        loop_wait: 2,
        retry_timeout: 5,
        synchronous_mode: true,
        postgresql: {
          use_pg_rewind: true,
          parameters: { max_connections: 60, shared_buffers: '32MB', wal_keep_size: '256MB' },
        },
      },
      initdb: ['data-checksums', { encoding: 'UTF8' }, { locale: 'C.UTF-8' }],
    },
    postgresql: {
      listen: `${machine.address}:5432`,
      connect_address: `${machine.address}:5432`,
      bin_dir: await findBinaries(),
      data_dir: join(folder, 'data'),
      pgpass: join(folder, 'pgpass'),
      authentication: {
        superuser: { username: 'postgres', password },
        replication: { username: 'replicator', password },
      },
      parameters: { unix_socket_directories: folder },
      pg_hba: ['local all all trust', 'host all all all trust', 'host replication all all trust'],
    },
  }
}

/** Sends everybody who comes to the port of loopback to the primary, and cuts who still talks to another. */
export function haproxyConfiguration(port: number, machines: Machine[]): string {
  const servers = machines.map(
    ({ name, address }) => `  server ${name} ${address}:5432 check port 8008`,
  )
  return `
defaults
  mode tcp
  timeout connect 1s
  timeout check 1s
  timeout client 1h
  timeout server 1h
listen primary
  bind 127.0.0.1:${port}
  option httpchk OPTIONS /primary
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`
}
