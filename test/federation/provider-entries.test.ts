import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FederationEntry } from '../../src/domain/federation-entry.ts'
import { type ExternalIdentity, judge } from '../../src/domain/federation-verdict.ts'
import type { Client } from '../helpers/api.ts'
import { exchangeOf, issuersWith } from '../helpers/federation.ts'
import type { ProviderClaims } from '../helpers/provider-claims.ts'
import { PROVIDER_ENTRIES } from '../helpers/provider-entries.ts'
import { createMint, createSigningKey, type SigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Each entry admits the job that it is for and none of its neighbours, as the rules have it and over HTTP.

const NOW = new Date('2026-11-29T12:00:00Z')
const IAT = NOW.getTime() / 1000 - 20

/** As the verifier reads a token of these claims. */
function identityOf(entry: FederationEntry, claims: ProviderClaims): ExternalIdentity {
  const { iss: issuer, sub: subject, aud } = claims
  const audiences = Array.isArray(aud) ? aud : aud === undefined ? [] : [String(aud)]
  return {
    issuer,
    subject,
    audiences,
    issuerRef: entry.issuer_ref,
    claims: { iat: IAT, ...claims },
  }
}

describe.each(Object.entries(PROVIDER_ENTRIES))('%s', (_, { entry, claims, neighbours }) => {
  const verdict = (changes: object) =>
    judge([entry], identityOf(entry, { ...claims, ...changes }), NOW, {
      federationAudiences: 'optional',
    })

  it('admits the job that it is for', () => {
    expect(verdict({})).toMatchObject({ entry })
  })

  it.each(
    Object.entries({
      ...neighbours,
      'another audience': { aud: 'https://cloud.example.com' },
      'no audience': { aud: undefined },
      'another issuer': { iss: `${claims.iss}.evil.example` },
      ...(entry.max_token_age !== undefined && { 'an older token': { iat: IAT - 3600 } }),
    }),
  )('admits no other: %s', (_, changes) => {
    expect(verdict(changes)).not.toHaveProperty('entry')
  })
})

describe('over HTTP', () => {
  const ROBOTS = '/api/v1/organization/acme/robots'
  let key: SigningKey
  let stage: Stage
  let alice: Client
  let places = 0

  beforeAll(async () => {
    key = await createSigningKey('ES256', 'k1')
    const issuers = Object.values(PROVIDER_ENTRIES).map(({ entry }) => entry.issuer)
    const config = { trustedProxies: ['127.0.0.1'], issuers: issuersWith(key, ...new Set(issuers)) }
    stage = await startStage({ config })
    await stage.people('alice')
    await stage.organization('acme')
    alice = await stage.client('alice', 'user:admin', 'org:admin')
    const record = {
      issuer: 'https://kubernetes.default.svc.cluster.local',
      jwks: { keys: [key.publicJwk] },
    }
    await alice.put('/api/v1/organization/acme/issuers/prod-eu', record).expect(200)
  })
  afterAll(() => stage.close())

  it('all are stored as they are written', async () => {
    const entries = Object.values(PROVIDER_ENTRIES).map(({ entry }) => entry)
    for (const robot of ['/api/v1/user/robots/all', '/api/v1/organization/acme/robots/all']) {
      await alice.put(robot)
      const { body } = await alice.post(`${robot}/federation`, entries)
      expect(body).toEqual(entries)
      expect((await alice.get(`${robot}/federation`).expect(200)).body).toEqual(entries)
    }
  })

  /** What whoever tries the token is told, and the status of its exchange, twice. */
  async function answersTo(claims: object) {
    const token = await createMint('', key)({ jti: crypto.randomUUID(), ...claims })
    const { body } = await alice.post(`${ROBOTS}/ci/federation/test`, { token })
    const exchange = async () => {
      const sent = exchangeOf(stage.url).basic('acme+ci', token)
      // Nobody is slowed down who comes from elsewhere.
      return (await sent.set('x-forwarded-for', `10.${++places}.0.1`)).status
    }
    return { admitted: body.admitted, statuses: [await exchange(), await exchange()] }
  }

  it.each(Object.entries(PROVIDER_ENTRIES))(
    'the job that it is for gets a robot token, and no other: %s',
    async (_, { entry, claims, neighbours }) => {
      await alice.put(`${ROBOTS}/ci`)
      await alice.post(`${ROBOTS}/ci/federation`, [entry]).expect(201)
      const again = entry.single_use ? 401 : 200
      expect(await answersTo(claims)).toEqual({ admitted: true, statuses: [200, again] })
      const old = Math.floor(Date.now() / 1000) - 3700
      const others = {
        ...neighbours,
        'another audience': { aud: 'https://cloud.example.com' },
        'no audience': { aud: undefined },
        'another issuer': { iss: `${claims.iss}.evil.example` },
        'an older token': { iat: old, exp: old + (entry.max_token_age ? 7200 : 3600) },
      }
      for (const [name, changes] of Object.entries(others)) {
        const answers = await answersTo({ ...claims, ...changes })
        expect(answers, name).toEqual({ admitted: false, statuses: [401, 401] })
      }
      await alice.delete(`${ROBOTS}/ci`).expect(204)
    },
  )
})
