import type { Writable } from 'node:stream'

/** How often a line is written where nobody looks at a terminal, and where somebody does (ms). */
const EVERY = { file: 10_000, terminal: 200 }

/** How many things say how long the others will take. */
const ENOUGH = 10

/**
 * Tells on standard error how far some work has come, and how long the rest will take at that pace.
 *
 * @param what is done: `reading`
 * @param things that are counted: `requests`
 */
export function createProgress(
  stderr: Writable & { isTTY?: boolean },
  what: string,
  things: string,
) {
  const began = performance.now()
  const every = stderr.isTTY ? EVERY.terminal : EVERY.file
  let last = Number.NEGATIVE_INFINITY

  function write(text: string) {
    stderr.write(stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
  }

  write(`${what} \u2026`)
  return {
    at(done: number, all: number) {
      const now = performance.now()
      if (now - last < every) return
      last = now
      const left = ((now - began) / done) * (all - done)
      const rest = done < ENOUGH || done === all ? '' : `, ${durationOf(left)} left`
      write(`${what}: ${done} of ${all} ${things}${rest}`)
    },

    end() {
      if (stderr.isTTY) stderr.write('\r\x1b[K')
    },
  }
}

/** `45 s`, `12 min`, `3 h` */
function durationOf(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}
