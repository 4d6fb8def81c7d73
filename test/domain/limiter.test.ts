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
