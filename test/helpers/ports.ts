import { once } from 'node:events'
import { createServer } from 'node:net'

// Below those that the kernel hands out (32768 on Linux, 49152 elsewhere): no socket of this or another
// process gets a port between its choice and its use. Processes begin at different ones.
const LOWEST = 16_000
const HIGHEST = 32_000
let next = LOWEST + ((process.pid * 50) % (HIGHEST - LOWEST))

/** A port of 127.0.0.1 that nobody listens on, and that this process will not get again soon. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next
    next = next === HIGHEST ? LOWEST : next + 1
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    return false
  }
  await once(server.close(), 'close')
  return true
}
