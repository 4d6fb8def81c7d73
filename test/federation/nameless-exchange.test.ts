import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { createMint, createSigningKey, type SigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A token alone, which several robots are configured for, is proven as for each of them: by their records, where they name one.

const ISSUER = 'https://k8s.example.com'
const ORGANIZATION = '/api/v1/organization/acme'
const AMBIGUOUS = [401, expect.stringContaining('Several robot accounts')]

let key: SigningKey
let stage: Stage
let alice: Client
/** Names that were looked up, to ask an issuer. */
let lookedUp: string[] = []

beforeAll(async () => {
  key = await createSigningKey('ES256', 'k')
  const lookup = async (hostname: string) => {
    lookedUp.push(hostname)
    throw Object.assign(new Error(), { code: 'ENOTFOUND' })
  }
  stage = await startStage({ surroundings: { issuerNetwork: { lookup } } })
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  alice = await stage.client('alice', 'user:admin', 'org:admin')
  const record = { issuer: ISSUER, jwks: { keys: [key.publicJwk] } }
  await alice.put(`${ORGANIZATION}/issuers/k8s`, record).expect(200)
})
beforeEach(async () => {
  await stage.db.robot.deleteMany()
  lookedUp = []
})
afterAll(() => stage.close())

const entry = { issuer: ISSUER, issuer_ref: 'k8s', subject: 's', audiences: ['q'] }

async function sent(signer = key) {
  const token = await createMint(ISSUER, signer)({ sub: 's', aud: 'q' })
  const { status, body } = await exchangeOf(stage.url).bearer(token)
  return [status, body.error]
}

it('it is told to name one, and the issuer is not asked', async () => {
  await stage.robot('acme+one', [entry])
  await stage.robot('acme+two', [entry])
  expect(await sent()).toEqual(AMBIGUOUS)
  expect(lookedUp).toEqual([])
})

it('it is told nothing where none of the records has its key, and the issuer is not asked', async () => {
  await stage.robot('acme+one', [entry])
  await stage.robot('acme+two', [entry])
  const rogue = await createSigningKey('ES256', 'k')
  expect(await sent(rogue)).toEqual([401, 'Invalid token: Signature verification failed'])
  expect(lookedUp).toEqual([])
})

it.each(['bob', 'acme'])(
  'one of the robots is enough to prove it for: the other of %s',
  async (owner) => {
    await stage.robot('acme+one', [entry])
    await stage.robot(`${owner}+other`, [{ ...entry, issuer_ref: undefined }])
    expect(await sent()).toEqual(AMBIGUOUS)
  },
)
