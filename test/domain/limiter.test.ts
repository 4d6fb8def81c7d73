import { expect, it } from 'vitest'
import { createLimiter } from '../../src/domain/limiter.ts'

function task() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let hasBegun = false
  return {
    run: () => {
      hasBegun = true
      return ended
    },
    end,
    hasBegun: () => hasBegun,
  }
}

type Task = ReturnType<typeof task>
const begun = (tasks: Task[]) => tasks.map(({ hasBegun }) => hasBegun())
const tasks = (count: number) => Array.from({ length: count }, task) as [Task, ...Task[]]
/** Lets a task end, and the next one begin. */
const finish = async ({ end }: Task) => {
  end()
  await new Promise((resolve) => setImmediate(resolve))
}
const of = (id: string) => ({ id, isWaiting: () => true })

it('runs so many at a time, lets so many wait, in order, and refuses the others', async () => {
  const limit = createLimiter({ concurrency: 2, maxWaiting: 2, refusal: 'too many' })
  const all = tasks(4)
  const results = all.map(({ run }) => limit(run))
  expect(begun(all)).toEqual([true, true, false, false])
  await expect(limit(task().run)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'too many',
    retryAfter: 1,
  })
  await finish(all[1] as Task)
  expect(begun(all)).toEqual([true, true, true, false])
  await finish(all[0])
  expect(begun(all)).toEqual([true, true, true, true])
  for (const one of all) one.end()
  await Promise.all(results)
})

it('returns what the task does, and goes on after one that failed', async () => {
  const limit = createLimiter({ concurrency: 1, maxWaiting: 0, refusal: 'too many' })
  expect(await limit(async () => 'done')).toBe('done')
  await expect(limit(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await limit(async () => 'again')).toBe('again')
})

it('a place in a full queue whose caller left goes to the next who comes', async () => {
  const limit = createLimiter({ concurrency: 1, maxWaiting: 1, refusal: 'too many' })
  const [atWork, gone, third] = [task(), task(), task()]
  let isWaiting = true
  const first = limit(atWork.run)
  const second = limit(gone.run, { id: 'gone', isWaiting: () => isWaiting })
  await expect(limit(task().run)).rejects.toThrow('too many')
  isWaiting = false
  const last = limit(third.run)
  await expect(second).rejects.toThrow('too many')
  expect(third.hasBegun()).toBe(false)
  atWork.end()
  await first
  third.end()
  await last
  expect([gone.hasBegun(), third.hasBegun()]).toEqual([false, true])
})

it('does not begin what nobody waits for any more when its turn comes', async () => {
  const limit = createLimiter({ concurrency: 1, maxWaiting: 2, refusal: 'too many' })
  const [atWork, gone, third] = [task(), task(), task()]
  const first = limit(atWork.run)
  const second = expect(limit(gone.run, { id: 'gone', isWaiting: () => false })).rejects.toThrow(
    'too many',
  )
  const last = limit(third.run)
  await finish(atWork)
  await second
  expect(begun([gone, third])).toEqual([false, true])
  third.end()
  await Promise.all([first, last])
})

it('runs some of a party at a time and lets some wait, whatever room there is', async () => {
  const ofParty = { running: 1, all: 2 }
  const limit = createLimiter({ concurrency: 2, maxWaiting: 9, ofParty, refusal: 'too many' })
  const own = tasks(2)
  const other = task()
  const results = own.map(({ run }) => limit(run, of('a')))
  await expect(limit(task().run, of('a'))).rejects.toThrow('too many')
  results.push(limit(other.run, of('b')))
  expect(begun([...own, other])).toEqual([true, false, true])
  await finish(own[0])
  expect(begun(own)).toEqual([true, true])
  const next = task()
  results.push(limit(next.run, of('a')))
  expect(next.hasBegun()).toBe(false)
  for (const one of [...own, other, next]) await finish(one)
  expect(next.hasBegun()).toBe(true)
  await Promise.all(results)
})

it('gives a free place to the first whose party may run, past one that may not', async () => {
  const ofParty = { running: 1, all: 9 }
  const limit = createLimiter({ concurrency: 2, maxWaiting: 9, ofParty, refusal: 'too many' })
  const [busy, ending, held, next] = [task(), task(), task(), task()]
  const results = [
    limit(busy.run, of('a')),
    limit(ending.run, of('b')),
    limit(held.run, of('a')),
    limit(next.run, of('c')),
  ]
  await finish(ending)
  expect(begun([held, next])).toEqual([false, true])
  for (const one of [busy, next, held]) await finish(one)
  await Promise.all(results)
})

it('lets a party whose tasks wait have no more, though the queue has room', async () => {
  const ofParty = { running: 9, all: 2 }
  const limit = createLimiter({ concurrency: 1, maxWaiting: 9, ofParty, refusal: 'too many' })
  const all = tasks(3)
  const results = [limit(all[0].run, of('a'))]
  for (const one of all.slice(1)) results.push(limit(one.run, of('b')))
  await expect(limit(task().run, of('b'))).rejects.toThrow('too many')
  const others = tasks(2)
  results.push(limit(others[0].run, of('c')))
  for (const one of others.slice(1)) results.push(limit(one.run, of('d')))
  for (const one of [...all, ...others]) await finish(one)
  expect(begun(others)).toEqual([true, true])
  await Promise.all(results)
})

it('needs no room in the queue for what runs at once', async () => {
  const ofParty = { running: 1, all: 9 }
  const limit = createLimiter({ concurrency: 2, maxWaiting: 1, ofParty, refusal: 'too many' })
  const [atWork, held, other] = [task(), task(), task()]
  const results = [limit(atWork.run, of('a')), limit(held.run, of('a'))]
  await expect(limit(task().run, of('a'))).rejects.toThrow('too many')
  results.push(limit(other.run, of('b')))
  expect(other.hasBegun()).toBe(true)
  for (const one of [atWork, held, other]) await finish(one)
  await Promise.all(results)
})
