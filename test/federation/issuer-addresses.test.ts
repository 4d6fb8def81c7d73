import { afterAll, beforeAll, expect, it } from 'vitest'
import { IssuersSection } from '../../src/config/issuers-section.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { startStage } from '../helpers/stage.ts'

// Entries are refused where the keys are at an address that may not be asked: nobody asks the issuer itself where a record says
// where they are, or has them.

const PRIVATE = 'https://10.0.0.1'
const PUBLIC = 'https://issuer.example'
const URL = '/api/v1/organization/acme/robots/ci/federation'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Status and words of the answer to an entry for the issuer. */
async function post(section: object, entry: { issuer: string; issuer_ref?: string }) {
  await database.reset()
  const issuers = IssuersSection.parse(section)
  const stage = await startStage({ database, config: { issuers } })
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot('acme+ci')
  const alice = await stage.client('alice', 'org:admin')
  const { status, body } = await alice.post(URL, [{ ...entry, subject: 'build' }])
  await stage.close()
  return [status, body.error_message]
}

const stored = [201, undefined]
const refused = (issuer: string) => [
  400,
  `Issuer '${issuer}' may not be contacted: URL points to a private or reserved IP address (see OIDC_ALLOWED_HOSTS)`,
]

it.each<[string, string, object, unknown[]]>([
  ['at the issuer, which is private', PRIVATE, {}, refused(PRIVATE)],
  ['at a private jwks_uri', PUBLIC, { jwks_uri: `${PRIVATE}/keys` }, refused(PUBLIC)],
  ['at a public jwks_uri of a private issuer', PRIVATE, { jwks_uri: `${PUBLIC}/keys` }, stored],
  ['at a private issuer that is allowed', PRIVATE, { allowed: ['10.0.0.0/8'] }, stored],
])('keys %s', async (_, issuer, said, answer) => {
  const section = { office: { issuer, ...said } }
  expect(await post(section, { issuer })).toEqual(answer)
  expect(await post(section, { issuer, issuer_ref: 'office' })).toEqual(answer)
})

it('keys in the record of a private issuer', async () => {
  const { publicJwk } = await createSigningKey('ES256', 'inline')
  const office = { issuer: PRIVATE, jwks: { keys: [publicJwk] } }
  expect(await post({ office }, { issuer: PRIVATE })).toEqual(stored)
})

it('what one record allows, or default, is not allowed to the others', async () => {
  const allowed = ['10.0.0.0/8']
  const other = { issuer: 'https://10.0.0.2', allowed }
  expect(await post({ other }, { issuer: PRIVATE })).toEqual(refused(PRIVATE))
  expect(await post({ default: { allowed } }, { issuer: PRIVATE })).toEqual(stored)
  const office = { issuer: PRIVATE, allowed: ['10.1.0.0/16'] }
  const section = { default: { allowed }, office }
  expect(await post(section, { issuer: PRIVATE })).toEqual(refused(PRIVATE))
})
