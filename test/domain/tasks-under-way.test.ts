import { expect, it } from 'vitest'
import { createUnderWay } from '../../src/domain/tasks-under-way.ts'

function held<T>() {
  let end = (_value: T) => {}
  const ended = new Promise<T>((resolve) => {
    end = resolve
  })
  return { ended, end }
}

it('waits for one of the tasks of a key, and for none of another', async () => {
  const underWay = createUnderWay()
  const [first, second] = [held<string>(), held<string>()]
  const results = [underWay.run('a', () => first.ended), underWay.run('a', () => second.ended)]
  expect(await underWay.oneEnds('b')).toBe(false)
  let hasEnded = false
  const ended = underWay.oneEnds('a').finally(() => {
    hasEnded = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(hasEnded).toBe(false)
  second.end('second')
  expect(await ended).toBe(true)
  first.end('first')
  expect(await Promise.all(results)).toEqual(['first', 'second'])
  expect(await underWay.oneEnds('a')).toBe(false)
})

it('goes on waiting for the others when one has ended', async () => {
  const underWay = createUnderWay()
  const last = held<void>()
  const running = underWay.run('a', () => last.ended)
  await underWay.run('a', async () => {})
  let hasEnded = false
  const ended = underWay.oneEnds('a').finally(() => {
    hasEnded = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(hasEnded).toBe(false)
  last.end()
  expect(await ended).toBe(true)
  await running
})

it('takes a failure for an end', async () => {
  const underWay = createUnderWay()
  const running = underWay.run('a', () => Promise.reject(new Error('no')))
  expect(await underWay.oneEnds('a')).toBe(true)
  await expect(running).rejects.toThrow('no')
  expect(await underWay.oneEnds('a')).toBe(false)
})
