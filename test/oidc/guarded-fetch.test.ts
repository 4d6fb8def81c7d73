import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import type { GuardedFetchOptions } from '../../src/oidc/guarded-fetch.ts'
import { IssuerError } from '../../src/oidc/issuer-error.ts'
import { eventually } from '../helpers/eventually.ts'
import {
  drip,
  encoded,
  flood,
  gzipBomb,
  hangUp,
  json,
  redirectTo,
  silence,
  status,
  text,
} from '../helpers/issuer.ts'
import { fetchesOfEachTest, issuerOfEachTest } from './each-test.ts'

const server = issuerOfEachTest()
const { createFetch } = fetchesOfEachTest()

const createLocalFetch = (options: Partial<GuardedFetchOptions> = {}) =>
  createFetch(['127.0.0.1'], options)

describe('a document', () => {
  it('is fetched without credentials, asking for uncompressed JSON', async () => {
    server().answer('/doc?a=b', json({ hello: ['world'] }))

    await expect(createLocalFetch().fetchJson(`${server().issuer}/doc?a=b`)).resolves.toEqual({
      hello: ['world'],
    })
    expect(server().requests[0]?.headers).toEqual({
      accept: 'application/json',
      'accept-encoding': 'identity',
      connection: 'keep-alive',
      host: new URL(server().issuer).host,
      'user-agent': 'quay-robots',
    })
  })

  it.each([
    ['an error status', status(500), 'status'],
    ['a status other than 200', status(204), 'status'],
    ['no JSON', text('secret of the issuer'), 'not_json'],
    ['a compressed body that is large when it is unpacked', gzipBomb(10_000_000), 'too_large'],
    [
      'a body that is not compressed as it says',
      encoded('gzip', 'secret of the issuer'),
      'not_json',
    ],
    ['a body in an unknown coding', encoded('rot13', 'secret of the issuer'), 'not_json'],
    ['a body without end', flood, 'too_large'],
    ['a cut connection', hangUp, 'connection'],
  ])('is refused: %s', async (_, answer, fault) => {
    server().answer('/doc', answer)

    const error = await createLocalFetch()
      .fetchJson(`${server().issuer}/doc`)
      .catch((error: unknown) => error)

    expect(error).toBeInstanceOf(IssuerError)
    expect(error).toMatchObject({ fault })
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('secret of the issuer')
  })

  it.each([
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', Buffer.from],
    ['', Buffer.from],
  ])('may come in the coding "%s", although none is asked for', async (coding, pack) => {
    server().answer('/doc', encoded(coding, pack(Buffer.from('{"hello":"world"}'))))
    const { fetchJson } = createLocalFetch()

    await expect(fetchJson(`${server().issuer}/doc`)).resolves.toEqual({ hello: 'world' })
  })

  it('may begin with a byte order mark', async () => {
    server().answer('/doc', text('\uFEFF{"hello":"world"}'))
    const { fetchJson } = createLocalFetch()

    await expect(fetchJson(`${server().issuer}/doc`)).resolves.toEqual({ hello: 'world' })
  })

  it('that is compressed may be cut off, and drip', async () => {
    const bytes = gzipSync(JSON.stringify(Array.from({ length: 1_000 }, Math.random)))
    server().answer('/cut', (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bytes.length })
      response.write(bytes.subarray(0, 100), () => response.destroy())
    })
    server().answer('/drip', (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(bytes.subarray(0, 100))
    })
    const { fetchJson } = createLocalFetch({ timeoutMs: 150 })

    await expect(fetchJson(`${server().issuer}/cut`)).rejects.toMatchObject({ fault: 'connection' })
    await expect(fetchJson(`${server().issuer}/drip`)).rejects.toMatchObject({ fault: 'timeout' })
  })

  it('may have exactly the maximal size', async () => {
    const { fetchJson } = createLocalFetch({ maxBytes: 10 })
    server().answer('/fits', text('"12345678"'))
    server().answer('/exceeds', text('"123456789"'))

    await expect(fetchJson(`${server().issuer}/fits`)).resolves.toBe('12345678')
    await expect(fetchJson(`${server().issuer}/exceeds`)).rejects.toMatchObject({
      fault: 'too_large',
    })
  })

  it.each([
    ['headers never come', silence],
    ['the body drips', drip],
  ])('is given up at the deadline when %s', async (_, answer) => {
    server().answer('/doc', answer)
    const { fetchJson } = createLocalFetch({ timeoutMs: 150 })

    await expect(fetchJson(`${server().issuer}/doc`)).rejects.toMatchObject({ fault: 'timeout' })
  })

  it('fails when nobody listens', async () => {
    await server().close()

    await expect(createLocalFetch().fetchJson(server().issuer)).rejects.toMatchObject({
      fault: 'connection',
      message: 'Request failed: ECONNREFUSED',
    })
  })
})

describe('redirects', () => {
  it('are followed three times', async () => {
    server().answer('/1', redirectTo('/2'))
    server().answer('/2', redirectTo(`${server().issuer}/3`))
    server().answer('/3', redirectTo('4'))
    server().answer('/4', json('arrived'))
    server().answer('/0', redirectTo('/1'))
    const { fetchJson } = createLocalFetch()

    await expect(fetchJson(`${server().issuer}/1`)).resolves.toBe('arrived')
    await expect(fetchJson(`${server().issuer}/0`)).rejects.toMatchObject({ fault: 'redirect' })
  })

  it('do not turn in circles', async () => {
    server().answer('/loop', redirectTo('/loop'))

    await expect(createLocalFetch().fetchJson(`${server().issuer}/loop`)).rejects.toMatchObject({
      fault: 'redirect',
    })
    expect(server().requests).toHaveLength(4)
  })

  it('need a valid location', async () => {
    server().answer('/none', status(302))
    server().answer('/bad', redirectTo('https://[bad'))
    const { fetchJson } = createLocalFetch()

    await expect(fetchJson(`${server().issuer}/none`)).rejects.toMatchObject({ fault: 'redirect' })
    await expect(fetchJson(`${server().issuer}/bad`)).rejects.toMatchObject({ fault: 'redirect' })
  })

  it.each(['localhost', '[::ffff:127.0.0.2]', '169.254.169.254'])(
    'do not lead to a refused address: %s',
    async (host) => {
      const target = `http://${host}:${new URL(server().issuer).port}/private`
      server().answer('/http', redirectTo(target))
      server().answer('/https', redirectTo(target.replace('http:', 'https:')))
      const { fetchJson } = createLocalFetch()

      for (const path of ['/http', '/https']) {
        await expect(fetchJson(server().issuer + path)).rejects.toMatchObject({
          fault: 'address',
        })
      }
      expect(server().requests.map(({ url }) => url)).toEqual(['/http', '/https'])
    },
  )

  it('share one deadline', async () => {
    server().answer('/slow', (_, response) => {
      setTimeout(() => redirectTo('/slow')(_, response), 200)
    })
    const { fetchJson } = createLocalFetch({ timeoutMs: 500 })

    await expect(fetchJson(`${server().issuer}/slow`)).rejects.toMatchObject({ fault: 'timeout' })
  })
})

describe('connections', () => {
  it('of fetches that a host keeps waiting hold up no other fetch from it', async () => {
    const waiting: ServerResponse[] = []
    server().answer('/slow', (_, response) => waiting.push(response))
    server().answer('/redirect', redirectTo('/slow'))
    server().answer('/doc', json('prompt'))
    const { fetchJson } = createLocalFetch()
    const answers = Array.from({ length: 20 }, () => fetchJson(`${server().issuer}/redirect`))
    await eventually(() => expect(waiting).toHaveLength(20))

    await expect(fetchJson(`${server().issuer}/doc`)).resolves.toBe('prompt')
    for (const response of waiting) response.end('"late"')
    await expect(Promise.all(answers)).resolves.toEqual(Array(20).fill('late'))
  })

  it('are closed after each fetch', async () => {
    server().answer('/doc', json('hello'))
    await createLocalFetch().fetchJson(`${server().issuer}/doc`)
    // Left alone, undici closes them after 4 seconds.
    const isClosed = () => expect(server().requests[0]?.socket.destroyed).toBe(true)
    await vi.waitFor(isClosed, { timeout: 3_000 })
  })

  it('are cut by close', async () => {
    server().answer('/doc', silence)
    const fetch = createLocalFetch()
    const answer = expect(fetch.fetchJson(`${server().issuer}/doc`)).rejects.toMatchObject({
      fault: 'connection',
    })

    await eventually(() => expect(server().requests).toHaveLength(1))
    await fetch.close()
    await answer
  })
})
