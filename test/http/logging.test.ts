import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLogger } from '../../src/plugins/logger.ts'
import { basic, bearer, type Client } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer, status } from '../helpers/issuer.ts'
import { send } from '../helpers/raw-http.ts'
import { PASSWORD, TEST_SECRET_KEY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let log = ''
const secrets = new Set<string>()
let stage: Stage
let issuer: Issuer

/** Remembers what must not be seen in the log. */
const secret = (text: string) => {
  secrets.add(text)
  return text
}

const secretJwt = (token: string) => {
  for (const part of token.split('.').slice(1)) secret(part)
  return secret(token)
}

beforeAll(async () => {
  issuer = await startIssuer()
  const stream = new Writable({
    write: (chunk, _, done) => {
      log += chunk
      done()
    },
  })
  stage = await startStage({ config: { ...LOOPBACK, userInitialize: true }, log: stream })
})

afterAll(async () => {
  await stage.close()
  await issuer.close()
})

async function useTheApi() {
  const { body } = await stage.api.as().post('/api/v1/user/initialize', {
    username: 'root',
    password: secret('a-password-of-root'),
    access_token: true,
  })
  const client = stage.api.as(secret(body.access_token))
  secret((await client.put('/api/v1/user/robots/bot')).body.token)
  secret((await client.post('/api/v1/user/robots/bot/regenerate')).body.token)
  await client.get('/api/v1/user/robots')
  await client.get('/api/v1/user/robots/none')
  await client.put('/api/v1/user/robots/Bad Name')
  await client.get(`/api/v1/user/robots?next_page=${secret('secret-in-a-query')}`)
  for (const headers of [
    bearer(secret('unknown-token-of-forty-characters-0000000')),
    { authorization: secret('Malformed header-with-secret') },
    basic('root', secret('password-at-the-wrong-door')),
  ]) {
    await send(stage.url, { path: '/api/v1/user/', headers })
  }
  await send(stage.url, {
    method: 'PUT',
    path: '/api/v1/user/robots/new',
    headers: { ...bearer(body.access_token), 'content-type': 'application/json' },
    body: `{"description": "${secret('secret-in-a-broken-body')}`,
  })
  return client
}

async function useTheTokenEndpoints() {
  await stage.people('alice')
  const robotToken = secret(
    await stage.robot('alice+ci', [{ issuer: issuer.issuer, subject: 'build' }]),
  )
  const { login } = stage.api
  const exchange = exchangeOf(stage.url)
  const identityToken = secretJwt(await issuer.mint({ sub: 'build' }))
  const wrongSubject = secretJwt(await issuer.mint({ sub: 'nobody', exp: 4e9 }))
  secretJwt((await exchange.basic('alice+ci', identityToken)).body.token)
  secretJwt((await exchange.bearer(identityToken)).body.token)
  await exchange.basic('alice+ci', wrongSubject)
  await exchange.bearer(wrongSubject)
  secretJwt((await login('alice+ci', robotToken)).body.token)
  await login('alice+ci', secret('wrong-password-of-robot'))
  await login('alice', PASSWORD)
  await login('alice', secret('wrong-password-of-alice'))
  await login('$oauthtoken', secret('wrong-oauth-token'))
}

/** What goes wrong inside is logged with its cause, which must not quote what was being written. */
async function breakThings(client: Client) {
  const broken = await startIssuer()
  broken.answer('/.well-known/openid-configuration', status(500, secret('secret-of-the-issuer')))
  await stage.robot('alice+broken', [{ issuer: broken.issuer, subject: 'build' }])
  const token = secretJwt(await broken.mint({ sub: 'build' }))
  expect((await exchangeOf(stage.url).basic('alice+broken', token)).status).toBe(503)
  await broken.close()

  for (const table of ['robots', 'oauth_tokens']) {
    await stage.db.$executeRawUnsafe(`ALTER TABLE ${table} RENAME TO away`)
    const { status } = await client.post('/api/v1/user/robots/bot/regenerate')
    expect(status).toBe(500)
    await stage.db.$executeRawUnsafe(`ALTER TABLE away RENAME TO ${table}`)
  }
}

it('the log at its most talkative holds one line per request, and no secret of any', async () => {
  const client = await useTheApi()
  await useTheTokenEndpoints()
  await breakThings(client)
  secret(TEST_SECRET_KEY.toString('base64'))
  secret(btoa(`alice:${PASSWORD}`))
  const { digest, sealed } = await stage.db.robotSecret.findFirstOrThrow()
  for (const bytes of [digest, sealed]) {
    secret(Buffer.from(bytes).toString('hex'))
    secret(Buffer.from(bytes).toString('base64'))
  }

  const texts = log.trim().split('\n')
  const lines = texts.map((line) => JSON.parse(line))
  // No key stands twice in a line: of two, readers of logs take either.
  expect(texts).toEqual(lines.map((line) => JSON.stringify(line)))
  const requests = lines.filter(({ msg }) => msg === 'request')
  expect(requests.length).toBeGreaterThan(20)
  expect(requests[0]).toMatchObject({
    method: 'POST',
    path: '/api/v1/user/initialize',
    status: 200,
  })
  expect(lines.filter(({ level }) => level >= 50).length).toBeGreaterThanOrEqual(2)
  expect(lines).toContainEqual(expect.objectContaining({ level: 40, issuerFault: 'status' }))
  for (const request of requests) expect(request.path).not.toContain('?')
  expect(log.toLowerCase()).not.toContain('authorization')
  expect(log).not.toMatch(/bearer |basic /i)
  expect([...secrets].filter((text) => log.includes(text))).toEqual([])
  expect(secrets.size).toBeGreaterThan(25)
})

it('the log hides what stands under the name of a secret, whatever is logged', () => {
  const lines: string[] = []
  const logger = createLogger('trace', { write: (line) => lines.push(line) })
  for (const name of ['authorization', 'password', 'token', 'access_token', 'secret']) {
    const found = { [name]: 'must-not-be-seen', user: 'alice' }
    logger.info(found)
    logger.error({ err: Object.assign(new Error('failed'), found) })
    logger.warn({ request: { headers: found } })
  }
  expect(lines.filter((line) => line.includes('must-not-be-seen'))).toEqual([])
  expect(lines.filter((line) => line.includes('[redacted]') && line.includes('alice'))).toEqual(
    lines,
  )
})
