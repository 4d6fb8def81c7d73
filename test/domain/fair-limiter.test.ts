import { expect, it } from 'vitest'
import { createFairLimiter } from '../../src/domain/fair-limiter.ts'

/** One task at a time, whose order and answers are kept. */
function startLimiter({ maxWaiting = 9 } = {}) {
  const limit = createFairLimiter({ concurrency: 1, maxWaiting, refusal: 'too many' })
  const began: string[] = []
  const refused: string[] = []
  const running: (() => void)[] = []
  return {
    began,
    refused,
    ask(name: string, isTrusted = false) {
      const task = () => {
        began.push(name)
        return new Promise<void>((resolve) => running.push(resolve))
      }
      limit(task, { party: name.charAt(0), isTrusted }).catch(({ code, message, retryAfter }) => {
        expect([code, message, retryAfter]).toEqual(['unavailable', 'too many', 1])
        refused.push(name)
      })
    },
    /** Lets all tasks run, one after the other. */
    async finish() {
      while (running.length > 0) {
        running.shift()?.()
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

it('runs those of trusted parties first, but after three of them one of another', async () => {
  const { ask, began, finish } = startLimiter()
  ask('x0')
  for (const name of ['a1', 'a2']) ask(name)
  for (const name of ['t1', 'u1', 't2', 'u2']) ask(name, true)
  await finish()
  expect(began).toEqual(['x0', 't1', 'u1', 't2', 'a1', 'u2', 'a2'])
})

it('goes on with trusted ones where nobody else waits', async () => {
  const { ask, began, finish } = startLimiter()
  ask('x0')
  for (const name of ['t1', 't2', 't3', 't4']) ask(name, true)
  await finish()
  expect(began).toEqual(['x0', 't1', 't2', 't3', 't4'])
})

it('counts in a row only what was favoured just before', async () => {
  const { ask, began, finish } = startLimiter()
  ask('x0')
  for (const name of ['t1', 't2', 't3', 't4']) ask(name, true)
  for (const name of ['u1', 'u2']) ask(name, true)
  for (const name of ['a1', 'a2']) ask(name)
  await finish()
  expect(began).toEqual(['x0', 't1', 'u1', 't2', 'a1', 'u2', 't3', 't4', 'a2'])
})

it('favours four tasks of a trusted party; its others wait with those of all', async () => {
  const { ask, began, finish } = startLimiter()
  ask('x0')
  for (const name of ['t1', 't2', 't3', 't4', 't5']) ask(name, true)
  ask('a1')
  await finish()
  expect(began).toEqual(['x0', 't1', 't2', 't3', 't5', 't4', 'a1'])
})

it('makes room for a party with less, at the cost of the one that has most waiting', async () => {
  const { ask, began, refused, finish } = startLimiter({ maxWaiting: 3 })
  ask('x0')
  for (const name of ['a1', 'a2', 'a3']) ask(name)
  ask('b1')
  ask('b2')
  ask('c1')
  await finish()
  expect(refused).toEqual(['a3', 'b2', 'a2'])
  expect(began).toEqual(['x0', 'a1', 'b1', 'c1'])
})

it('makes room for a trusted party though nobody has more than one waiting', async () => {
  const { ask, began, refused, finish } = startLimiter({ maxWaiting: 2 })
  ask('x0')
  for (const name of ['a1', 'b1']) ask(name)
  ask('t1', true)
  ask('t2', true)
  ask('u1', true)
  await finish()
  expect(refused).toEqual(['a1', 'b1', 'u1'])
  expect(began).toEqual(['x0', 't1', 't2'])
})

it('has all its places again when all have run, and when some had to make room', async () => {
  const { ask, began, refused, finish } = startLimiter({ maxWaiting: 2 })
  for (const round of [1, 2, 3]) {
    for (const name of ['x', 'a', 'a+']) ask(`${name}${round}`)
    expect(began.at(-1)).toBe(`x${round}`)
    ask(`b${round}`)
    await finish()
    expect(refused.splice(0)).toEqual([`a+${round}`])
    expect(began.slice(-3)).toEqual([`x${round}`, `a${round}`, `b${round}`])
  }
})
