import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { createConnection, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const TRIES = 4
const SOCKET_NAME = /^[0-9a-f]{8}$/

export class FolderInUseError extends Error {
  constructor(folder: string) {
    super(
      `The embedded database in ${folder} is open in another process. Stop that process (a running ` +
        'server, perhaps), or let it do the work through its API, or set DATABASE_URL to a PostgreSQL ' +
        'server, which any number of processes can use.',
    )
    this.name = 'FolderInUseError'
  }
}

interface FolderLock {
  release(): Promise<void>
}

/**
 * Takes the lock on `folder` for this process, until `release` or its death, however sudden.
 *
 * Node has no flock, and a pid file lies when two containers share the volume: each has a pid 1. But
 * the kernel closes a dead process's sockets, and across containers on one host a connection tells a
 * live listener from a socket file left behind. So each process that wants the lock puts a listening
 * socket of its own into `folder`.lock, and has the lock if it then finds no other live one there.
 *
 * Of two processes, the one that looks last sees the other, so never both have the lock. Sockets have
 * unique names and appear (by rename) only once they listen: one that refuses connections is dead for
 * good, and anybody may remove it. Two that start in the same moment may see each other and both step
 * back, hence the tries. Processes on different hosts, over a network file system, are not kept apart.
 *
 * @throws {FolderInUseError} when another process has it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const sockets = `${folder}.lock`
  await mkdir(sockets, { recursive: true, mode: 0o700 })
  for (let attempt = 1; ; attempt++) {
    const lock = await announce(sockets)
    if (!(await hasRival(sockets, lock.name))) return lock
    await lock.release()
    if (attempt === TRIES) throw new FolderInUseError(folder)
    await sleep(Math.random() * 100 * attempt)
  }
}

/** Makes this process's socket visible to the others. */
async function announce(sockets: string): Promise<FolderLock & { name: string }> {
  const name = randomUUID().slice(0, 8)
  const server = createServer((socket) => socket.destroy()).unref()
  await viaShortPath(sockets, (folder) => listen(server, join(folder, `${name}.new`)))
  await rename(join(sockets, `${name}.new`), join(sockets, name))
  return {
    name,
    release: async () => {
      await rm(join(sockets, name), { force: true })
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function hasRival(sockets: string, ownName: string): Promise<boolean> {
  const others = (await readdir(sockets)).filter(
    (name) => SOCKET_NAME.test(name) && name !== ownName,
  )
  for (const name of others) {
    if (await viaShortPath(sockets, (folder) => isLive(join(folder, name)))) return true
    await rm(join(sockets, name), { force: true })
  }
  return false
}

/** Socket addresses are short: on Linux the folder is reached through its descriptor instead. */
async function viaShortPath<T>(folder: string, use: (path: string) => Promise<T>): Promise<T> {
  if (process.platform !== 'linux') return use(folder)
  const handle = await open(folder)
  try {
    return await use(`/proc/self/fd/${handle.fd}`)
  } finally {
    await handle.close()
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  })
}

/** Only a refusal, or no such socket any more, counts as dead; any doubt counts as live. */
function isLive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
  })
}
