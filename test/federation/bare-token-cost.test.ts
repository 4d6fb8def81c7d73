import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchHash } from '../../src/domain/federation-entry.ts'
import { Prisma } from '../../src/generated/prisma/client.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { recordStatements, rowsReadBy } from '../helpers/plans.ts'
import { namespaceId, writeMany } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A token alone points to a robot where exactly one trusts its identity: that another does is known from the first two,
// however many there are.

const MANY = 20_000
/** Nobody is asked there: private addresses are refused. */
const ISSUER = 'https://127.0.0.1'
const TABLES = ['federation_entry_rows', 'federation_entries', 'robots', 'namespace']
/** Rows that may be read: two entries, with a robot and an owner each, and a few more. */
const MOST = 10

interface Crowd {
  audiences: string[]
  claims: string | null
  robots: number
  isFound: boolean
}

/** By subject, what all the entries for it have, and whether a token for `us` finds a robot by them. */
const CROWDS: Record<string, Crowd> = {
  'of many': { audiences: [], claims: null, robots: MANY, isFound: true },
  'of many, for us': { audiences: ['us', 'them'], claims: null, robots: MANY, isFound: true },
  'of one': { audiences: ['us'], claims: null, robots: 1, isFound: true },
  'of nobody without more': {
    audiences: [],
    claims: '{"repository_id":"1"}',
    robots: MANY,
    isFound: false,
  },
}

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  const id = await namespaceId(stage.db, 'acme')
  await writeMany(stage.db, async (tx) => {
    await tx.$executeRaw(Prisma.sql`
      INSERT INTO robots (id, namespace_id, name, credential_id, token_key_id, token_sealed, token_digest, created_at)
      SELECT gen_random_uuid(), ${id}::uuid, 'r' || i, gen_random_uuid(), 'k', '', '', now()
      FROM generate_series(1, ${MANY}::int) i`)
    for (const [subject, { audiences, claims, robots }] of Object.entries(CROWDS)) {
      await tx.$executeRaw(Prisma.sql`
        INSERT INTO federation_entry_rows (id, robot_id, position, issuer, subject, audiences, claims, match_hash)
        SELECT gen_random_uuid(), r.id, 0, ${ISSUER}, ${subject}, ${audiences}::text[], ${claims}::json,
               ${matchHash(ISSUER, subject)}
        FROM (SELECT id FROM robots ORDER BY id DESC LIMIT ${robots}::int) r`)
    }
  })
}, 120_000)
afterAll(() => stage.close())

const unsigned = (subject: string) =>
  [{ alg: 'RS256', kid: 'k' }, { iss: ISSUER, sub: subject, aud: 'us', exp: 4e9 }, 'sig']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')

describe.each(['before', 'after'])('%s the planner knows the tables', (when) => {
  beforeAll(async () => {
    if (when === 'after') await stage.db.$executeRawUnsafe('ANALYZE')
  })

  it.each(Object.keys(CROWDS))('few rows tell that a token is the identity %s', async (subject) => {
    const recorder = recordStatements()
    const { body } = await exchangeOf(stage.url).bearer(unsigned(subject)).expect(401)
    const sent = recorder.stop().filter(({ text }) => text.includes('match_hash'))
    expect(sent).toHaveLength(1)
    const isFound = !JSON.stringify(body).includes('No robot account is configured')
    expect(isFound).toBe(CROWDS[subject]?.isFound)
    for (const statement of sent) {
      expect(await rowsReadBy(stage.db, TABLES, statement)).toBeLessThan(MOST)
    }
  })
})
