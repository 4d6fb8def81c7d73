import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createQuayApi } from '../../src/quay/quay-api.ts'
import { createQuayRequests } from '../../src/quay/quay-requests.ts'
import { type FakeQuay, startFakeQuay } from './fake-quay.ts'

// How a Quay is asked: how often, when again, and how long that waits.

let quay: FakeQuay
let waits: number[]
let tokens: (string | undefined)[]

beforeEach(async () => {
  quay = await startFakeQuay({})
  waits = []
  tokens = []
})
afterEach(() => quay.close())

const requests = (rate = 1000) =>
  createQuayRequests({
    ...{ url: new URL(quay.url), token: 'secret-token', rate },
    wait: async (ms) => void waits.push(ms),
  })

describe('a request', () => {
  /** Statuses one after the other, the last one from then on. */
  function answering(...list: [status: number, headers?: Record<string, string>][]) {
    quay.answer((response, { headers }) => {
      tokens.push(headers.authorization)
      const [status, more = {}] = (list.length > 1 ? list.shift() : list[0]) ?? [200]
      response.writeHead(status, more).end('{}')
      return true
    })
  }
  const find = async () => {
    const asking = requests()
    return asking.find('/api/v1/thing').finally(() => asking.close())
  }

  it.each([429, 500, 502, 503, 504])(
    'is sent again after %i, with longer and longer waits',
    async (code) => {
      answering([code], [code], [code], [code], [code], [200])
      expect(await find()).toEqual({})
      const pauses = waits.filter((ms) => ms >= 500)
      expect(pauses).toEqual([500, 1000, 2000, 4000, 8000])
      expect(new Set(tokens)).toEqual(new Set(['Bearer secret-token']))
    },
  )

  it('is sent six times at most', async () => {
    answering([503])
    await expect(find()).rejects.toThrow('HTTP status 503')
    expect(tokens).toHaveLength(6)
  })

  it.each([
    ['2', 2_000],
    ['120', 120_000],
    ['100000', 300_000],
    ['soon', 500],
  ])('waits as long as the answer says (Retry-After: %s), within bounds', async (said, ms) => {
    answering([429, { 'retry-after': said }], [200])
    await find()
    expect(waits.filter((one) => one >= 500)).toEqual([ms])
  })

  it.each([400, 401, 403, 302])('is sent once where it is answered %i', async (code) => {
    answering([code, code === 302 ? { location: '/elsewhere' } : {}])
    await expect(find()).rejects.toMatchObject({ status: code })
    expect(tokens).toHaveLength(1)
  })

  it('finds nothing where there is nothing', async () => {
    answering([404])
    expect(await find()).toBeUndefined()
    expect(tokens).toHaveLength(1)
  })

  it('is sent again after a connection that broke', async () => {
    let isFirst = true
    quay.answer((response) => {
      if (isFirst) response.socket?.destroy()
      else response.writeHead(200).end('{"a": 1}')
      isFirst = false
      return true
    })
    expect(await find()).toEqual({ a: 1 })
  })

  it('is sent again where connections are refused for a moment', async () => {
    quay.close()
    await expect(find()).rejects.toThrow()
    expect(waits.filter((ms) => ms >= 500)).toEqual([500, 1000, 2000, 4000, 8000])
  })

  it('waits for its turn among others', async () => {
    answering([200])
    const asking = requests(4)
    await Promise.all(['/1', '/2', '/3'].map((path) => asking.find(path)))
    await asking.close()
    const [second = 0, third = 0, ...more] = waits
    expect([second > 100, second <= 250, third > 350, third <= 500, more]).toEqual([
      ...[true, true, true, true, []],
    ])
  })
})

it('of a list all pages are read, and how far that is gets told', async () => {
  const answers: Record<string, object> = {
    '/list?limit=2': { items: [1], next_page: 'a/b' },
    '/list?limit=2&next_page=a%2Fb': { items: [2], next_page: null },
  }
  quay.answer((response, { url = '' }) => {
    response.writeHead(200).end(JSON.stringify(answers[url]))
    return true
  })
  const asking = requests()
  const told: object[] = []
  const api = createQuayApi(asking, (progress) => told.push(progress))
  api.expect(1)
  const pages = await api.pages(z.object({ items: z.array(z.number()) }), '/list?limit=2')
  await asking.close()
  expect(pages).toEqual([{ items: [1] }, { items: [2] }])
  expect(told).toEqual([
    { done: 1, known: 1 },
    { done: 2, known: 2 },
  ])
})
