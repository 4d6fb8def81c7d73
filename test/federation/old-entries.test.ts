import { randomBytes, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createKeyring } from '../../src/crypto/keyring.ts'
import { matchHash } from '../../src/domain/federation-entry.ts'
import { beforeMigration } from '../db/before-migration.ts'
import { oldRobotServer } from '../db/old-robot-server.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { startIssuer } from '../helpers/issuer.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'

const ALICE = '01a22206-ca00-7000-8000-000000000001'
const FEDERATION = '/api/v1/user/robots/ci/federation'

const keyring = createKeyring({ current: TEST_SECRET_KEY, previous: [] }, randomBytes)

it('entries of the first version come back as they were posted, and admit whom they admitted', async () => {
  const issuer = await startIssuer()
  const entries = [
    { issuer: issuer.issuer, subject: 'job' },
    { issuer: issuer.issuer, subject: 'other', audiences: ['quay'] },
  ]
  await beforeMigration('_namespace_api', async (database) => {
    const { db, options } = database
    await db.$executeRaw`
      INSERT INTO namespaces (id, name, kind, email, created_at)
      VALUES (${ALICE}::uuid, 'alice', 'user', 'alice@example.com', now())`
    await oldRobotServer(db, keyring, randomBytes).create(ALICE, 'ci')
    for (const [position, { subject, audiences = [] }] of entries.entries()) {
      await db.$executeRaw`
        INSERT INTO federation_entries (id, robot_id, position, issuer, subject, audiences, match_hash)
        SELECT ${randomUUID()}::uuid, id, ${position}::int, ${issuer.issuer}, ${subject}, ${audiences},
               ${matchHash(issuer.issuer, subject)} FROM robots`
    }
    await database.applyAll()

    const stage = await startStage({
      config: LOOPBACK,
      database: { database, options, reset: async () => {}, drop: async () => {} },
    })
    const alice = await stage.client('alice', 'user:admin')
    expect((await alice.get(FEDERATION).expect(200)).body).toEqual(entries)

    const exchange = exchangeOf(stage.url)
    const statusOf = async (claims: Record<string, string>) =>
      (await exchange.basic('alice+ci', await issuer.mint(claims))).status
    const admitted = { sub: 'job', aud: 'anybody' }
    expect(await statusOf(admitted)).toBe(200)
    expect(await statusOf({ sub: 'other', aud: 'quay' })).toBe(200)
    expect(await statusOf({ sub: 'other', aud: 'anybody' })).toBe(401)
    expect(await statusOf({ sub: 'nobody', aud: 'quay' })).toBe(401)

    // Posted back, they are what they were: tokens that came from them go on.
    const { body } = await exchange.basic('alice+ci', await issuer.mint(admitted))
    await alice.post(FEDERATION, entries).expect(200)
    await stage.api.login('alice+ci', body.token).expect(200)
    await stage.close()
  })
  await issuer.close()
})
