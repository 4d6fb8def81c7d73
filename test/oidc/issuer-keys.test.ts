import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ServiceError } from '../../src/domain/errors.ts'
import type { Peers, Shared } from '../../src/domain/peers.ts'
import {
  type Answer,
  discoveryPath,
  hangUp,
  type Issuer,
  json,
  keysPath,
  startIssuer,
  status,
  text,
} from '../helpers/issuer.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { CALLER, createStack, type Stack } from './stack.ts'

const minutes = 60
const hours = 60 * minutes

let issuer: Issuer
let stack: Stack

beforeEach(async () => {
  issuer = await startIssuer()
  stack = createStack()
})

afterEach(async () => {
  await stack.fetch.close()
  await issuer.close()
})

const find = (kid = 'first') => stack.findKey(issuer.issuer, kid)
const requestedPaths = () => issuer.requests.map(({ url }) => url)
const oneFetch = [discoveryPath, keysPath]

function breakDown(answer: Answer = hangUp) {
  issuer.answer(discoveryPath, answer)
}

function recover() {
  const document = { issuer: issuer.issuer, jwks_uri: issuer.issuer + keysPath }
  issuer.answer(discoveryPath, json(document))
}

describe('fresh keys', () => {
  it('are fetched once and used for an hour', async () => {
    await find()
    stack.passSeconds(hours - 1)
    const key = await find()

    expect(key?.type).toBe('public')
    expect(requestedPaths()).toEqual(oneFetch)

    stack.passSeconds(1)
    await find()
    expect(requestedPaths()).toEqual([...oneFetch, ...oneFetch])
  })

  it('are fetched once for callers that come together', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => find()))

    expect(new Set(keys).size).toBe(1)
    expect(requestedPaths()).toEqual(oneFetch)
  })

  it('are imported once', async () => {
    expect(await find()).toBe(await find())
  })

  it('are kept for a limited number of issuers, the last used ones', async () => {
    const other = await startIssuer()
    const third = await startIssuer()
    stack = createStack({ maxIssuers: 2 })
    const { keySetOf } = stack.issuerKeys

    await keySetOf(issuer.issuer, CALLER)
    await keySetOf(other.issuer, CALLER)
    await keySetOf(issuer.issuer, CALLER)
    await keySetOf(third.issuer, CALLER)
    await keySetOf(issuer.issuer, CALLER)
    expect(requestedPaths()).toEqual(oneFetch)

    await keySetOf(other.issuer, CALLER)
    expect(other.requests).toHaveLength(4)
    await Promise.all([other.close(), third.close()])
  })

  it('are pushed out by no issuers that have none', async () => {
    stack = createStack({ maxIssuers: 2 })
    const { keySetOf } = stack.issuerKeys
    await keySetOf(issuer.issuer, CALLER)
    for (let n = 0; n < 5; n++) {
      const refused = keySetOf(`https://10.0.0.1/${n}`, CALLER)
      await expect(refused).rejects.toMatchObject({ code: 'exchange_refused' })
    }
    await keySetOf(issuer.issuer, CALLER)
    expect(requestedPaths()).toEqual(oneFetch)
  })

  it('are pushed out by no issuers that have none, also when they are old and their issuer is down', async () => {
    stack = createStack({ maxIssuers: 2 })
    const { keySetOf } = stack.issuerKeys
    await find()
    stack.passSeconds(2 * hours)
    breakDown()
    for (let n = 0; n < 5; n++) {
      const refused = keySetOf(`https://10.0.0.1/${n}`, CALLER)
      await expect(refused).rejects.toMatchObject({ code: 'exchange_refused' })
    }
    await expect(find()).resolves.toBeDefined()
  })

  it('of an issuer that is being asked are pushed out by no other', async () => {
    stack = createStack({ maxIssuers: 2 })
    const { keySetOf } = stack.issuerKeys
    const asking = keySetOf(issuer.issuer, CALLER)
    for (let n = 0; n < 5; n++) {
      const refused = keySetOf(`https://10.0.0.1/${n}`, CALLER)
      await expect(refused).rejects.toMatchObject({ code: 'exchange_refused' })
    }
    await asking
    await keySetOf(issuer.issuer, CALLER)
    expect(requestedPaths()).toEqual(oneFetch)
  })
})

describe('what is kept of keys', () => {
  const others: Issuer[] = []

  afterEach(async () => {
    for (const other of others.splice(0)) await other.close()
  })

  /** An issuer whose keys take some 5 KB each. */
  async function startOther(keys: number, extra: object = {}) {
    const other = await startIssuer()
    others.push(other)
    const { publicJwk } = other.key
    other.publish(Array.from({ length: keys }, (_, n) => ({ ...publicJwk, kid: `${n}`, ...extra })))
    return other
  }
  const requestsOf = ({ requests }: Issuer) => requests.length
  const ask = async (...asked: Issuer[]) => {
    for (const { issuer } of asked) await stack.issuerKeys.keySetOf(issuer, CALLER)
  }

  it('is bounded in bytes: those unused for longest go', async () => {
    stack = createStack({ maxBytes: 100_000 })
    const [one, two, three] = [await startOther(9), await startOther(9), await startOther(9)]
    await ask(one, two, one, three)
    await ask(three, one)
    expect([one, two, three].map(requestsOf)).toEqual([2, 2, 2])
    await ask(two)
    expect(requestsOf(two)).toBe(4)
  })

  it('is bounded for one that has more than all may have, which is still answered', async () => {
    stack = createStack({ maxBytes: 100_000 })
    const large = await startOther(30)
    await ask(large)
    await expect(stack.findKey(large.issuer, '29')).resolves.toBeDefined()
    const small = await startOther(1)
    await ask(small, small)
    expect(requestsOf(small)).toBe(2)
  })

  it('is given free when an issuer is forgotten, or has other keys', async () => {
    stack = createStack({ maxBytes: 100_000, maxIssuers: 3 })
    const one = await startOther(9)
    await ask(one)
    for (let n = 0; n < 20; n++) {
      const other = await startOther(9)
      await ask(other)
    }
    for (let n = 0; n < 20; n++) {
      stack.passSeconds(1 * hours)
      await ask(one)
    }
    const before = requestsOf(one)
    const last = await startOther(9)
    await ask(last, one)
    expect([requestsOf(one) - before, requestsOf(last)]).toEqual([0, 2])
  })

  it('is what it takes to use them, and not what came along', async () => {
    stack = createStack({ maxBytes: 100_000 })
    const extra = { x5c: ['A'.repeat(20_000)], note: { deep: 'B'.repeat(500) } }
    const talkative = [await startOther(3, extra), await startOther(3, extra)]
    await ask(...talkative, ...talkative)
    expect(talkative.map(requestsOf)).toEqual([2, 2])
    for (const { issuer } of talkative) {
      const key = await stack.findKey(issuer, '1')
      expect(key?.asymmetricKeyType).toBe('ec')
    }
  })

  it('comes out of documents of 64 KiB at most', async () => {
    const document = JSON.stringify({ keys: [issuer.key.publicJwk] })
    issuer.answer(keysPath, text(document.padEnd(65_536)))
    await expect(find()).resolves.toBeDefined()
    stack = createStack()
    issuer.answer(keysPath, text(document.padEnd(65_537)))
    await expect(find()).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('an issuer that cannot be asked', () => {
  it.each([
    ['cuts the connection', hangUp, 'connection'],
    ['answers an error', status(500), 'status'],
    ['answers no JSON', text('<html>secret of the issuer</html>'), 'not_json'],
    ['answers no object', json(null), 'discovery'],
    ['names no keys', json({ issuer: 'https://a.example' }), 'discovery'],
    [
      'names no URL for its keys',
      json({ issuer: 'https://a.example', jwks_uri: 'secret of the issuer' }),
      'discovery',
    ],
  ])('makes the exchange unavailable when it %s', async (_, answer, fault) => {
    breakDown(answer)

    const error = await find().catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'unavailable',
      retryAfter: 30,
      fault,
      message: expect.stringMatching(
        `^Identity provider '${issuer.issuer}' cannot be reached or gives no valid answer: .* \\(${fault}\\)$`,
      ),
    })
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('secret of the issuer')
  })

  it.each([
    ['are not there', status(404), 'status'],
    ['are no key set', json({ keys: 'none' }), 'no_usable_key'],
    ['are an empty key set', json({ keys: [] }), 'no_usable_key'],
    [
      'are all for encryption',
      json({ keys: [{ kty: 'EC', kid: 'first', use: 'enc' }] }),
      'no_usable_key',
    ],
    [
      'are all secret',
      json({ keys: [{ kty: 'oct', kid: 'first', k: 'c2VjcmV0' }] }),
      'no_usable_key',
    ],
  ])('makes the exchange unavailable when its keys %s', async (_, answer, fault) => {
    issuer.answer(keysPath, answer)

    await expect(find()).rejects.toMatchObject({ code: 'unavailable', fault })
  })

  it('is left alone for 30 seconds', async () => {
    breakDown()
    await expect(find()).rejects.toMatchObject({ retryAfter: 30 })
    recover()
    stack.passSeconds(29)
    await expect(find()).rejects.toMatchObject({ retryAfter: 1 })
    expect(requestedPaths()).toEqual([discoveryPath])

    stack.passSeconds(1)
    await expect(find()).resolves.toBeDefined()
  })

  it('is asked once by callers that come together', async () => {
    breakDown(status(500))
    await Promise.allSettled(Array.from({ length: 20 }, () => find()))

    expect(requestedPaths()).toEqual([discoveryPath])
  })

  it.each([
    ['is down', hangUp],
    ['names another issuer', json({ issuer: 'https://other.example', jwks_uri: 'https://a' })],
  ])('and %s has its known keys used for 24 hours', async (_, answer) => {
    await find()
    breakDown(answer)

    stack.passSeconds(24 * hours - 31)
    await expect(find()).resolves.toBeDefined()
    stack.passSeconds(30)
    await expect(find()).resolves.toBeDefined()
    expect(requestedPaths()).toEqual([...oneFetch, discoveryPath, discoveryPath])

    stack.passSeconds(1)
    await expect(find()).rejects.toThrow()
    recover()
    stack.passSeconds(30)
    await expect(find()).resolves.toBeDefined()
  })
})

describe('processes of one server', () => {
  it('share what one of them has fetched, but not where a key is missing in it', async () => {
    const known = new Map<string, Shared>()
    let now = Date.now()
    const once: Peers['once'] = async (key, since, work) => {
      const before = known.get(key)
      if (before && before.at > since) return before
      const shared = { result: await work(), at: now }
      known.set(key, shared)
      return shared
    }
    const [one, other] = [createStack({ once }), createStack({ once })] as const
    const pass = (seconds: number) => {
      now += seconds * 1000
      for (const each of [one, other]) each.passSeconds(seconds)
    }
    expect(await one.findKey(issuer.issuer, 'first')).toBeDefined()
    expect(await other.findKey(issuer.issuer, 'first')).toBeDefined()
    expect(requestedPaths()).toEqual(oneFetch)

    pass(10)
    expect(await one.findKey(issuer.issuer, 'unknown')).toBeUndefined()
    expect(requestedPaths()).toHaveLength(2 * oneFetch.length)
    const second = await createSigningKey('ES256', 'second')
    issuer.publish([second.publicJwk])
    pass(10)
    expect(await other.findKey(issuer.issuer, 'second')).toBeDefined()
    expect(requestedPaths()).toHaveLength(3 * oneFetch.length)
    for (const each of [one, other]) await each.fetch.close()
  })
})

describe('an unknown key', () => {
  it('is looked for at the issuer, which may have a new one', async () => {
    await find()
    const second = await createSigningKey('ES256', 'second')
    issuer.publish([second.publicJwk])

    await expect(find('second')).resolves.toBeDefined()
    expect(requestedPaths()).toEqual([...oneFetch, ...oneFetch])
    stack.passSeconds(1 * minutes)
    await expect(find('first')).resolves.toBeUndefined()
  })

  it('that the issuer has not was never there, if its keys were fetched for this very token', async () => {
    await expect(find('a')).resolves.toBeUndefined()
    expect(requestedPaths()).toEqual(oneFetch)
  })

  it('makes the issuer be asked once a minute at most; until then nobody knows', async () => {
    await find()
    await expect(find('a')).resolves.toBeUndefined()
    const second = await createSigningKey('ES256', 'second')
    issuer.publish([second.publicJwk])
    await expect(find('second')).rejects.toMatchObject({ code: 'unavailable', retryAfter: 60 })

    stack.passSeconds(1 * minutes - 1)
    await expect(find('second')).rejects.toMatchObject({
      code: 'unavailable',
      retryAfter: 1,
      message: `The key of the token is not among those known of '${issuer.issuer}', which is asked again in 1 s`,
    })
    expect(issuer.requests).toHaveLength(4)

    stack.passSeconds(1)
    await expect(find('second')).resolves.toBeDefined()
    expect(issuer.requests).toHaveLength(6)
  })

  it('makes the issuer be asked once by callers that come together', async () => {
    await find()
    const found = await Promise.all(Array.from({ length: 20 }, (_, n) => find(`e${n}`)))
    expect(found).toEqual(Array(20).fill(undefined))
    expect(issuer.requests).toHaveLength(4)
  })

  it('is not looked for on behalf of who is refused, who is told so and costs nobody else the next try', async () => {
    await find()
    const refusal = new ServiceError('rate_limited', 'slow down')
    const attempt = () => ({ want: 'key' as const, words: 'no such key' })
    await expect(
      stack.issuerKeys.tryKeys(issuer.issuer, attempt, CALLER, () => refusal),
    ).rejects.toBe(refusal)
    expect(requestedPaths()).toEqual(oneFetch)
    await expect(find('second')).resolves.toBeUndefined()
    expect(requestedPaths()).toEqual([...oneFetch, ...oneFetch])
  })

  it('that is new is found by all callers that come together', async () => {
    await find()
    const second = await createSigningKey('ES256', 'second')
    issuer.publish([second.publicJwk])

    const keys = await Promise.all(Array.from({ length: 20 }, () => find('second')))
    expect(keys).not.toContain(undefined)
    expect(requestedPaths()).toEqual([...oneFetch, ...oneFetch])
  })

  it('may be there while the issuer is down, and known ones stay usable', async () => {
    await find()
    breakDown()

    await expect(find('second')).rejects.toMatchObject({
      code: 'unavailable',
      fault: 'connection',
      retryAfter: 60,
    })
    await expect(find()).resolves.toBeDefined()
  })
})
