import { readFile } from 'node:fs/promises'

/** Resident memory of a process, now and at most since its start (MB of 10^6 bytes), as Linux tells it. */
export async function memoryOf(pid: number): Promise<{ rss: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const read = (name: string) =>
    Math.round((Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024) / 1e6)
  return { rss: read('VmRSS'), peak: read('VmHWM') }
}
