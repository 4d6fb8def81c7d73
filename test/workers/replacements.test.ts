import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { runWorkers } from '../../src/workers/primary.ts'
import { eventually } from '../helpers/eventually.ts'

const exec = fileURLToPath(new URL('children/serving.mjs', import.meta.url))
const { settings } = cluster

/** When each worker was started, and when one was lost. */
let started: number[]
let lost: { pid: number | undefined; code: number | null; signal: string | null; at: number }[]
let ready: number

const note = () => {
  started.push(performance.now())
  // The third one fails, and those after it serve.
  if (started.length === 3) delete process.env.FAILS
}
const count = (_: unknown, { say }: { say: string }) => {
  if (say === 'ready') ready += 1
}

beforeEach(() => {
  ready = 0
  started = []
  lost = []
  cluster.setupPrimary({ exec, execArgv: [], silent: true })
  cluster.on('fork', note)
  cluster.on('message', count)
})
afterEach(() => {
  cluster.off('fork', note)
  cluster.off('message', count)
  delete process.env.FAILS
  // What is set up is added to what there was.
  Object.assign(cluster, { settings })
})

const run = (count: number) =>
  runWorkers({ count, onLost: (one) => void lost.push({ ...one, at: performance.now() }) })

const workers = () => Object.values(cluster.workers ?? {}).flatMap((worker) => worker ?? [])

it('a worker that dies is replaced at once; where the next one does not serve, another is tried after a second', async () => {
  const { ended, stop } = run(2)
  onTestFinished(async () => {
    stop('SIGTERM')
    await ended
  })
  await eventually(() => expect(ready).toBe(2))
  const [first, second] = workers()

  process.env.FAILS = '1'
  first?.process.kill('SIGKILL')
  await eventually(() => expect(ready).toBe(3))
  expect(lost).toMatchObject([
    { pid: first?.process.pid, code: null, signal: 'SIGKILL' },
    { code: 3, signal: null },
  ])
  expect(workers()).toContain(second)
  expect(started).toHaveLength(4)
  const [atOnce = 0, later = 0] = lost.map(({ at }, n) => (started[n + 2] ?? 0) - at)
  expect(later).toBeGreaterThan(990)
  expect(atOnce).toBeLessThan(later)

  stop('SIGTERM')
  expect(await ended).toBe(0)
})

it('where the first workers do not serve, none is started again, and the exit code is theirs', async () => {
  process.env.FAILS = '1'
  const { ended } = run(2)
  expect(await ended).toBe(3)
  expect([started.length, lost]).toEqual([2, []])
})
