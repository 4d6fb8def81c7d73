import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PASSWORD } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let now = Date.parse('2026-11-23T12:00:00Z')

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice')
})

afterAll(() => stage.close())

const message = (body: { errors: { message: string }[] }) => body.errors[0]?.message

describe('an app specific token', () => {
  it('ends with the API token that made it, and says when where asked', async () => {
    const parent = stage.api.as(await stage.token('alice', ['user:admin'], 120))
    const { body } = await parent.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
    expect(body.token.expiration).toBeNull()
    expect(body.token).not.toHaveProperty('expires_at')
    const ends = new Date(now + 120_000).toUTCString().replace('GMT', '-0000')
    const { body: listed } = await parent.get('/api/v1/user/apptoken?details=true').expect(200)
    expect(listed.tokens.at(-1).expires_at).toBe(ends)
    const lasting = stage.api.as(await stage.token('alice', ['user:admin'], 8 * 86_400))
    await lasting.post('/api/v1/user/apptoken', { title: 'lasting' }).expect(200)
    const { body: soon } = await parent.get('/api/v1/user/apptoken?expiring=true')
    expect(soon.tokens.map(({ title }: { title: string }) => title)).toEqual(['laptop'])
    expect(soon.only_expiring).toBe(true)

    const login = () => stage.api.login('$app', body.token.token_code)
    const { exp } = decodeJwt((await login().expect(200)).body.token)
    expect(exp).toBe(now / 1000 + 120)
    now += 61_000
    const refused = await login().expect(401)
    expect(message(refused.body)).toBe(
      'The app specific token has expired: it ends with the API token that made it',
    )
  })

  it('that has ended makes room for another', async () => {
    await stage.people('dave')
    const titles = async () => {
      const rows = await stage.db.appToken.findMany({ where: { user: { name: 'dave' } } })
      return rows.map(({ title }) => title).sort()
    }
    const make = async (title: string, seconds: number) =>
      stage.api
        .as(await stage.token('dave', ['user:admin'], seconds))
        .post('/api/v1/user/apptoken', { title })
        .expect(200)
    await make('short', 120)
    await make('long', 600)
    now += 120_000
    await make('new', 600)
    expect(await titles()).toEqual(['long', 'new'])
  })

  it('ends at once when that is ended', async () => {
    const parent = await stage.client('alice', 'user:admin')
    const { body } = await parent.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
    await stage.api.login('$app', body.token.token_code).expect(200)
    const { body: own } = await parent.get('/api/v1/user/tokens')
    await parent.delete(`/api/v1/user/tokens/${own.tokens.at(-1).uuid}`).expect(204)
    await stage.api.login('$app', body.token.token_code).expect(401)
  })
})

it('a registry token never outlives the API token that paid for it', async () => {
  const token = await stage.token('alice', ['repo:read'], 100)
  const { body } = await stage.api.login('$oauthtoken', token).expect(200)
  expect(decodeJwt(body.token).exp).toBe(now / 1000 + 100)
  now += 41_000
  const refused = await stage.api.login('$oauthtoken', token).expect(401)
  expect(message(refused.body)).toBe('OAuth access token has expired')
})

describe('a user logs in', () => {
  it.each(['alice', 'alice@example.com', 'Alice@Example.COM'])('as %s', async (name) => {
    const { body } = await stage.api.login(name, PASSWORD).expect(200)
    expect(decodeJwt(body.token).sub).toBe('alice')
  })

  it('but not by the address of an organization, nor by what is no address of a user', async () => {
    const alice = await stage.client('alice', 'user:admin')
    const organization = { name: 'acme', email: 'acme@example.com' }
    await alice.post('/api/v1/organization/', organization).expect(201)
    for (const name of ['acme@example.com', 'al%@example.com', '@', 'x\0@example.com']) {
      const { body } = await stage.api.login(name, PASSWORD).expect(401)
      expect(message(body)).toBe('Invalid Username or Password')
    }
  })

  it('where the address is the name of none, and an organization has the same address', async () => {
    const alice = await stage.client('alice', 'user:admin')
    const organization = { name: 'shared', email: 'alice@example.com' }
    await alice.post('/api/v1/organization/', organization).expect(201)
    const { body } = await stage.api.login('alice@example.com', PASSWORD).expect(200)
    expect(decodeJwt(body.token).sub).toBe('alice')
  })
})

describe('of a robot that is about to end', () => {
  const ROBOT = '/api/v1/user/robots/brief'
  const endsIn = async (seconds: number) => {
    const alice = await stage.client('alice', 'user:admin')
    const { body } = await alice.put(ROBOT)
    const expires_at = new Date(now + seconds * 1000).toISOString()
    await alice.patch(ROBOT, { expires_at }).expect(200)
    return (await alice.get(ROBOT)).body.token ?? body.token
  }

  it('a registry token ends with it, and says so', async () => {
    const { body } = await stage.api.login('alice+brief', await endsIn(90)).expect(200)
    const { iat, exp } = decodeJwt(body.token)
    expect([iat, exp, body.expires_in]).toEqual([now / 1000, now / 1000 + 90, 90])
  })

  it('there is none where it would end sooner than clients count on', async () => {
    const { body } = await stage.api.login('alice+brief', await endsIn(6)).expect(401)
    expect(message(body)).toBe('The robot alice+brief expires on 2026-11-23')
  })
})

describe('of a secret that is about to end', () => {
  const SECRETS = '/api/v1/user/robots/rotated'
  const rotated = async (grace: string) => {
    const alice = await stage.client('alice', 'user:admin')
    const { body } = await alice.put(SECRETS)
    const old = body.token ?? (await alice.get(SECRETS)).body.token
    await alice
      .post(`${SECRETS}/regenerate`)
      .query({ grace })
      .expect(/QUAYROBOT/)
    return old
  }
  const login = (secret: string) =>
    stage.api.login('alice+rotated', secret).query({ account: 'alice+rotated' })

  it('its grace may be seconds', async () => {
    const secret = await rotated('2s')
    now += 1_000
    await login(secret).expect(200)
    now += 1_000
    await login(secret).expect(401)
  })

  it('a registry token ends with it, and has begun before where that is less than a minute', async () => {
    const secret = await rotated('1m')
    now += 59_000
    const ends = now / 1000 + 1
    const { body } = await login(secret).expect(200)
    const { iat, nbf, exp } = decodeJwt(body.token)
    expect({ iat, nbf, exp }).toEqual({ iat: ends - 60, nbf: ends - 60, exp: ends })
    expect([body.expires_in, Date.parse(body.issued_at) / 1000]).toEqual([60, ends - 60])

    now += 1_000
    const refused = await login(secret).expect(401)
    expect(message(refused.body)).toContain('The secret of the robot alice+rotated expired on')
  })
})
