import { decodeJwt } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, type Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { setEnabled } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Short-lived robot tokens: where they work, and when they die.

const PATH = '/api/v1/user/robots/ci'

let stage: Stage
let issuer: Issuer
let alice: Client
let time: ReturnType<typeof createShiftedClock>
let staticToken: string
let robotToken: string

beforeAll(async () => {
  issuer = await startIssuer()
  time = createShiftedClock()
  const config = { ...LOOPBACK, registryService: 'registry.example', registryTokenTtl: 3600 }
  stage = await startStage({ config, surroundings: { clock: time.clock } })
  await stage.people('alice')
  alice = stage.api.as(await stage.token('alice', ['user:admin'], 10 ** 6))
})

const entry = () => ({ issuer: issuer.issuer, subject: 'build' })
const claimsNow = () => {
  const iat = Math.floor(time.clock().getTime() / 1000)
  return { sub: 'build', iat, exp: iat + 300 }
}

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await setEnabled(stage.db, 'alice', true)
  staticToken = await stage.robot('alice+ci', [entry()])
  const identityToken = await issuer.mint(claimsNow())
  robotToken = (await exchangeOf(stage.url).basic('alice+ci', identityToken)).body.token
  expect(await loginStatus()).toBe(200)
})

afterAll(async () => {
  await stage.close()
  await issuer.close()
})

const loginStatus = async (password = robotToken, robot = 'alice+ci') =>
  (await stage.api.login(robot, password)).status

/** What clients show of a refused log-in, which both ways of asking have to be. */
async function refusal(password = robotToken, robot = 'alice+ci') {
  const form = { grant_type: 'password', username: robot, password }
  const post = await request(stage.url).post('/v2/auth').type('form').send(form).expect(401)
  const { body } = await stage.api.login(robot, password).expect(401)
  const [{ message }] = body.errors
  expect(post.body).toMatchObject({ error: 'invalid_grant', error_description: message })
  return message
}

const AGAIN = "exchange the job's identity token again"
const EXPIRED = `The robot token has expired: ${AGAIN}`
const WRONG = 'Could not find robot with username: alice+ci and supplied password.'
const ENTRY_REMOVED = `The robot token was revoked with the federation entry that it came from: ${AGAIN}`

describe('a robot token dies at once', () => {
  it('when the static token is regenerated', async () => {
    expect((await alice.post(`${PATH}/regenerate`)).status).toBe(201)
    expect(await refusal()).toBe(
      `The robot token was replaced when the robot's token was regenerated: ${AGAIN}`,
    )
  })

  it('when the robot is deleted, also if it is created anew with the same entry', async () => {
    await alice.delete(PATH)
    expect(await refusal()).toBe('Could not find robot with specified username')

    await alice.put(PATH)
    await alice.post(`${PATH}/federation`, [entry()])
    expect(await refusal()).toBe(
      `The robot token was revoked with the robot, which was deleted: ${AGAIN}`,
    )
  })

  it('when the federation is cleared, also if the entry is added again', async () => {
    await alice.delete(`${PATH}/federation`)
    expect(await refusal()).toBe(ENTRY_REMOVED)

    await alice.post(`${PATH}/federation`, [entry()])
    expect(await refusal()).toBe(ENTRY_REMOVED)
  })

  it('when a list without its entry is posted', async () => {
    await alice.post(`${PATH}/federation`, [{ ...entry(), subject: 'deploy' }])
    expect(await refusal()).toBe(ENTRY_REMOVED)
  })

  it('when its owner is disabled', async () => {
    await setEnabled(stage.db, 'alice', false)
    expect(await refusal()).toBe('Robot alice+ci owner alice is disabled')
    expect(await refusal('wrong'), 'to nobody else').toBe(WRONG)
  })
})

describe('a robot token that ends', () => {
  it('opens the registry for a minute at least, and then no more', async () => {
    // The second in which it was issued may have passed.
    time.pass(3600 - 62)
    const { body } = await stage.api.login('alice+ci', robotToken).expect(200)
    const { iat = 0, exp } = decodeJwt(body.token)
    expect(exp).toBe(decodeJwt(robotToken).exp)
    expect(body.expires_in).toBe((exp ?? 0) - iat)
    expect(body.expires_in).toBeGreaterThanOrEqual(60)

    for (const seconds of [3, 57, 2, 28, 3600]) {
      time.pass(seconds)
      expect(await refusal()).toBe(EXPIRED)
    }
  })

  it('is told of to nobody who only made it up', async () => {
    const [header = '', payload = '', signature = ''] = robotToken.split('.')
    const claims = { ...decodeJwt(robotToken), exp: 1 }
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url')
    expect(await refusal(`${header}.${forged}.${signature}`)).toBe(WRONG)
    await alice.post(`${PATH}/regenerate`)
    expect(await refusal(`${header}.${payload}.${'A'.repeat(86)}`)).toBe(WRONG)
  })

  it('is told of to nobody who takes it for another robot', async () => {
    await stage.robot('alice+other', [entry()])
    time.pass(3600)
    expect(await refusal(robotToken, 'alice+other')).toBe('Token does not match robot')
  })
})

describe('a robot token lives on', () => {
  it('when a list is posted that still holds its entry, in another place', async () => {
    const others = ['one', 'two'].map((subject) => ({ ...entry(), subject }))
    for (const list of [[...others, entry()], [entry()], [entry(), ...others]]) {
      expect((await alice.post(`${PATH}/federation`, list)).body).toEqual(list)
      expect(await loginStatus()).toBe(200)
    }
  })

  it('when its robot is read, listed or refused something', async () => {
    await alice.get(PATH)
    await alice.get('/api/v1/user/robots?permissions=true')
    await alice.put(PATH)
    await alice.post(`${PATH}/federation`, [{ issuer: '', subject: '' }])
    expect(await loginStatus()).toBe(200)
  })
})

describe('a robot token', () => {
  it('opens what the robot may open at the registry, for no longer than it lives itself', async () => {
    await stage.repository('alice/web', { robots: { 'alice+ci': 'write' } })
    time.pass(1800)
    const { body } = await stage.api
      .login('alice+ci', robotToken)
      .query({ scope: 'repository:alice/web:pull,push,delete' })

    expect(decodeJwt(body.token)).toMatchObject({
      sub: 'alice+ci',
      access: [{ type: 'repository', name: 'alice/web', actions: ['push', 'pull'] }],
      exp: decodeJwt(robotToken).exp,
    })
    expect(body.expires_in).toBeLessThanOrEqual(1800)
  })

  it('is no password of another robot, and none of its owner', async () => {
    await stage.robot('alice+other', [entry()])
    expect(await loginStatus(robotToken, 'alice+other')).toBe(401)
    expect(await loginStatus(robotToken, 'alice')).toBe(401)
    const { status, body } = await stage.api.login('$oauthtoken', robotToken)
    const words = 'Quay-signed robot JWTs require the robot username'
    expect([status, body.errors[0].message]).toEqual([401, words])
  })

  it('opens nothing at the API', async () => {
    for (const token of [robotToken, staticToken]) {
      for (const path of ['/api/v1/user/', '/api/v1/user/robots', PATH]) {
        const { status, body } = await stage.api.as(token).get(path)
        expect([status, body]).toEqual([401, apiError(stage.url, 'invalid_token')])
      }
    }
  })

  it('is no identity token, and neither is the static one', async () => {
    await stage.services.federation.set(
      {
        id: (await stage.db.namespace.findFirstOrThrow()).id,
        name: 'alice',
        robotPolicy: null,
      },
      'ci',
      [
        { issuer: stage.url, subject: 'alice+ci', audiences: [] },
        { ...entry(), audiences: [] },
      ],
      {},
    )
    const statuses = async (token: string) => {
      const exchange = exchangeOf(stage.url)
      return [await exchange.basic('alice+ci', token), await exchange.bearer(token)].map(
        ({ status }) => status,
      )
    }

    expect(await statuses(staticToken)).toEqual([401, 401])
    // The service is no identity provider: there is no discovery document to be had.
    expect(await statuses(robotToken)).toEqual([503, 503])
  })

  it('with any part changed is refused', async () => {
    const [header = '', payload = '', signature = ''] = robotToken.split('.')
    const claims = Buffer.from(JSON.stringify({ ...decodeJwt(robotToken), exp: 4e9 }))
    const none = Buffer.from('{"alg":"none","typ":"robot+jwt"}').toString('base64url')
    for (const forged of [
      `${header}.${claims.toString('base64url')}.${signature}`,
      `${none}.${payload}.`,
      `${header}.${payload}.${'A'.repeat(signature.length)}`,
      `${header}.${payload}.`,
      '..',
    ]) {
      expect(await loginStatus(forged), forged).toBe(401)
    }
  })
})

describe('a registry token', () => {
  it('is no password of a robot, no identity token and opens nothing at the API', async () => {
    const { token } = (await stage.api.login('alice+ci', staticToken)).body

    expect(await loginStatus(token)).toBe(401)
    expect((await exchangeOf(stage.url).basic('alice+ci', token)).status).toBe(401)
    expect((await exchangeOf(stage.url).bearer(token)).status).toBe(401)
    expect((await stage.api.as(token).get('/api/v1/user/robots')).status).toBe(401)
  })
})
