import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runWorkers } from '../../src/workers/primary.ts'
import { eventually } from '../helpers/eventually.ts'

const exec = fileURLToPath(new URL('children/serving.mjs', import.meta.url))
const settings = { ...cluster.settings }

/** When each worker was started, and when one was lost. */
let started: number[]
let lost: { pid: number | undefined; code: number | null; signal: string | null; at: number }[]
const note = () => void started.push(performance.now())

beforeEach(() => {
  started = []
  lost = []
  cluster.setupPrimary({ exec, execArgv: [], silent: true })
  cluster.on('fork', note)
})
afterEach(() => {
  cluster.off('fork', note)
  delete process.env.FAILS
  cluster.setupPrimary(settings)
})

const run = (count: number) =>
  runWorkers({ count, onLost: (one) => void lost.push({ ...one, at: performance.now() }) })

const pids = () => Object.values(cluster.workers ?? {}).map((worker) => worker?.process.pid)

it('a worker that dies is replaced at once; where the next one does not serve, another is tried after a second', async () => {
  let ready = 0
  const count = (_: unknown, { say }: { say: string }) => {
    if (say === 'ready') ready += 1
  }
  cluster.on('message', count)
  const { ended, stop } = run(2)
  await eventually(() => expect(ready).toBe(2))
  const [first = 0, second] = pids()

  process.env.FAILS = '1'
  process.kill(first, 'SIGKILL')
  await eventually(() => expect(lost).toHaveLength(2))
  delete process.env.FAILS
  await eventually(() => expect(ready).toBe(3))
  expect(lost).toMatchObject([
    { pid: first, code: null, signal: 'SIGKILL' },
    { code: 3, signal: null },
  ])
  const [, , next = 0, another = 0] = started
  expect(next - (lost[0]?.at ?? 0)).toBeLessThan(500)
  expect(another - (lost[1]?.at ?? 0)).toBeGreaterThan(990)
  expect(pids()).toContain(second)
  expect(started).toHaveLength(4)

  stop('SIGTERM')
  expect(await ended).toBe(0)
  cluster.off('message', count)
})

it('where the first workers do not serve, none is started again, and the exit code is theirs', async () => {
  process.env.FAILS = '1'
  const { ended } = run(2)
  expect(await ended).toBe(3)
  expect([started.length, lost]).toEqual([2, []])
})
