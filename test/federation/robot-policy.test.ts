import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { countQueries } from '../helpers/queries.ts'
import { createSigningKey, type SigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What an organization decides about whom its robots trust. The rest of its policy: robots/robot-policy.

const ACME = '/api/v1/organization/acme'
const FEDERATION = '/robots/ci/federation'
const IN_POLICY = "in the organization's robot policy"

let stage: Stage
let issuer: Issuer
let key: SigningKey
let alice: Client

beforeAll(async () => {
  issuer = await startIssuer()
  key = await createSigningKey('ES256', 'k9')
  stage = await startStage({ config: LOOPBACK })
  await stage.people('alice')
  await stage.organization('acme')
  alice = await stage.client('alice', 'org:admin', 'user:admin')
})
afterAll(async () => {
  await stage.close()
  await issuer.close()
})
beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await decide({})
  await stage.robot('acme+ci')
})

const decide = (policy: object) => alice.put(`${ACME}/robot-policy`, policy).expect(200)
const entry = (more: object = {}) => ({ issuer: issuer.issuer, subject: 'build', ...more })
const trust = (...entries: object[]) => alice.post(`${ACME}${FEDERATION}`, entries)
const mint = () => issuer.mint({ sub: 'build', aud: 'us' })

async function exchange(token?: string, robot = 'acme+ci') {
  const { status, body } = await exchangeOf(stage.url).basic(robot, token ?? (await mint()))
  return [status, body.error]
}

describe('audiences', () => {
  it('required: are asked of new entries, and no job is let in by those without', async () => {
    await trust(entry()).expect(201)
    expect(await exchange()).toEqual([200, undefined])
    await decide({ federation_audiences: 'required' })
    expect(await exchange()).toEqual([
      401,
      'audience_required: the federation entry names no audiences, and must here',
    ])
    const token = await mint()
    const tested = await alice.post(`${ACME}${FEDERATION}/test`, { token }).expect(200)
    expect(tested.body).toMatchObject({ admitted: false, reason: 'audience_required' })
    const added = await trust(entry(), entry({ subject: 'other' })).expect(400)
    expect(added.body.detail).toContain(
      `An entry must name audiences here (federation_audiences ${IN_POLICY}): write`,
    )
    await trust(entry(), entry({ audiences: ['us'] })).expect(201)
    expect(await exchange()).toEqual([200, undefined])
  })

  it('default: are given to new entries', async () => {
    await decide({ federation_audiences: 'default' })
    const { body } = await trust(entry()).expect(201)
    expect(body).toEqual([entry({ audiences: [stage.url] })])
  })
})

describe('listed issuers', () => {
  const record = () => ({ issuer: issuer.issuer, jwks: { keys: [key.publicJwk] } })
  const byRecord = () => issuer.mint({ sub: 'build', aud: 'us' }, { key })

  it('are those of which the organization has a record', async () => {
    await alice.put(`${ACME}/issuers/own`, record()).expect(200)
    await trust(entry(), entry({ issuer_ref: 'own' })).expect(201)
    expect(await exchange()).toEqual([200, undefined])
    await decide({ trusted_issuers: 'listed' })
    const words = `is not one of those that may be trusted here (trusted_issuers ${IN_POLICY})`
    expect(await exchange()).toEqual([401, expect.stringContaining(words)])
    expect(await exchange(await byRecord())).toEqual([200, undefined])
    const added = await trust(entry({ subject: 'other' })).expect(400)
    expect(added.body.detail).toBe(`Issuer '${issuer.issuer}' ${words}`)
    await trust(entry({ subject: 'other', issuer_ref: 'own' })).expect(201)
    await alice.delete(`${ACME}/issuers/own`).expect(204)
    await decide({})
  })

  it('without a record are none', async () => {
    await trust(entry()).expect(201)
    await decide({ trusted_issuers: 'listed' })
    expect((await exchange())[0]).toBe(401)
    const nameless = await exchangeOf(stage.url).bearer(await mint())
    expect(nameless.status).toBe(401)
  })
})

it('an identity token is no password where the organization says so', async () => {
  await trust(entry({ audiences: ['us'] })).expect(201)
  const logIn = async () => {
    const { status, body } = await stage.api.login('acme+ci', await mint())
    return [status, body.errors?.[0].message]
  }
  expect(await logIn()).toEqual([200, undefined])
  await decide({ identity_token_as_password: false })
  const setting = "identity_token_as_password in the organization's robot policy"
  expect(await logIn()).toEqual([
    401,
    expect.stringContaining(`are no passwords here (${setting})`),
  ])
  expect(await exchange()).toEqual([200, undefined])
})

it('robots of users follow the installation alone', async () => {
  await decide({ federation_audiences: 'required', trusted_issuers: 'listed' })
  await stage.robot('alice+ci')
  await alice.post(`/api/v1/user${FEDERATION}`, [entry()]).expect(200)
  expect(await exchange(undefined, 'alice+ci')).toEqual([200, undefined])
})

it('costs no statement', async () => {
  await trust(entry({ audiences: ['us'] })).expect(201)
  const statements = async () => {
    const token = await mint()
    return countQueries(() => exchange(token))
  }
  await statements()
  const without = await statements()
  await decide({ federation_audiences: 'required' })
  expect(await statements()).toBe(without)
})
