import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ip = (...args: string[]) => run('ip', args)

const BRIDGE = 'quay-chaos'
/** The address of this machine among them. */
export const HOST_ADDRESS = '10.213.7.1'

export type Machine = Awaited<ReturnType<typeof startMachine>>

/**
 * Joins machines to this one by a network of their own. Needs root, and Debian's `iproute2`.
 *
 * @throws Error where the kernel or the user does not allow that
 */
export async function startNetwork() {
  await remove()
  await ip('link', 'add', BRIDGE, 'type', 'bridge')
  await ip('addr', 'add', `${HOST_ADDRESS}/24`, 'dev', BRIDGE)
  await ip('link', 'set', BRIDGE, 'up')
  return { remove }
}

const remove = () => ip('link', 'del', BRIDGE).catch(() => {})

/** A network namespace: programs in it are reached at its address, and reach the others of the network alone. */
export async function startMachine(number: number) {
  const name = `quay-chaos-${number}`
  const address = `10.213.7.${10 + number}`
  const [outside, inside] = [`quay-out-${number}`, `quay-in-${number}`]
  await end()
  await ip('netns', 'add', name)
  await ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside)
  await ip('link', 'set', outside, 'master', BRIDGE, 'up')
  await ip('link', 'set', inside, 'netns', name)
  await ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', inside)
  await ip('-n', name, 'link', 'set', inside, 'up')
  await ip('-n', name, 'link', 'set', 'lo', 'up')

  /** All that runs in it, at once. */
  async function kill9() {
    const { stdout } = await ip('netns', 'pids', name).catch(() => ({ stdout: '' }))
    for (const pid of stdout.split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It ended with its parent.
      }
    }
  }

  async function end() {
    await kill9()
    await ip('netns', 'del', name).catch(() => {})
  }

  return {
    name,
    address,
    /** Starts a program in it, as the user of PostgreSQL. */
    start: (command: string, args: string[]) =>
      spawn(
        'ip',
        [
          'netns',
          'exec',
          name,
          'setpriv',
          '--reuid=postgres',
          '--regid=postgres',
          '--clear-groups',
        ].concat(command, args),
        { cwd: '/', stdio: 'ignore' },
      ).unref(),
    kill9,
    /** Nobody reaches it, and it reaches nobody; nobody is told. */
    cutOff: () => ip('link', 'set', outside, 'down'),
    rejoin: () => ip('link', 'set', outside, 'up'),
    end,
  }
}
