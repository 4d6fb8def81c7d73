import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createKeyring } from '../../src/crypto/keyring.ts'
import type { Client } from '../helpers/api.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { beforeMigration } from './before-migration.ts'
import { engine } from './engines.ts'
import { oldRobotServer } from './old-robot-server.ts'

// A robot had one secret, in its row; now it has one or two, in rows of their own, and servers of both versions work on the
// same database for a while.

const ROBOTS = 1000
const ALICE = '01a22206-ca00-7000-8000-000000000001'
const URL = '/api/v1/user/robots'

const keyring = createKeyring({ current: TEST_SECRET_KEY, previous: [] }, randomBytes)

interface Upgraded {
  old: ReturnType<typeof oldRobotServer>
  stage: Stage
  alice: Client
  /** Tokens by the robot's short name, as they were before. */
  tokens: Map<string, string>
}

/** A database as the first version made it, in which the old servers go on while it is upgraded. */
const upgraded = (robots: number, work: (stage: Upgraded) => Promise<void>) =>
  beforeMigration('_namespace_api', async (database) => {
    const { db } = database
    await db.$executeRaw`
      INSERT INTO namespaces (id, name, kind, email, created_at)
      VALUES (${ALICE}::uuid, 'alice', 'user', 'alice@example.com', now())`
    const old = oldRobotServer(db, keyring, randomBytes)
    const tokens = new Map<string, string>()
    for (let n = 0; n < robots; n++) tokens.set(`r${n}`, await old.create(ALICE, `r${n}`))

    let done = false
    const logIns = (async () => {
      const outcomes = []
      for (let n = 0; !done; n = (n + 1) % robots) {
        outcomes.push(await old.letsIn(`r${n}`, tokens.get(`r${n}`) ?? ''))
      }
      return outcomes
    })()
    await database.applyAll()
    done = true
    const outcomes = await logIns
    expect(outcomes).toEqual(outcomes.map(() => true))

    const { options } = database
    const stage = await startStage({
      database: { database, options, reset: async () => {}, drop: async () => {} },
    })
    const alice = await stage.client('alice', 'user:admin')
    await work({ old, stage, alice, tokens }).finally(() => stage.close())
  })

const logIn = async ({ stage }: Upgraded, name: string, token: string) =>
  (await stage.api.login(`alice+${name}`, token)).status

test(`nobody is logged out by the upgrade (${engine.name})`, { timeout: 120_000 }, () =>
  upgraded(ROBOTS, async (all) => {
    const { old, alice, tokens } = all
    for (const [name, token] of tokens) expect(await logIn(all, name, token)).toBe(200)
    expect(await logIn(all, 'r0', tokens.get('r1') ?? '')).toBe(401)
    const { body } = await alice.get(`${URL}?limit=1`).expect(200)
    expect(body.robots[0].token).toBe(tokens.get('r0'))
    expect(await old.letsIn('r0', body.robots[0].token)).toBe(true)
  }),
)

test(
  `servers of the version before go on as they did, and find what is done here (${engine.name})`,
  {
    timeout: 120_000,
  },
  () =>
    upgraded(1, async (all) => {
      const { old, alice, tokens } = all
      const [first = ''] = tokens.values()

      // What they write is good here.
      const made = await old.create(ALICE, 'made')
      expect(await logIn(all, 'made', made)).toBe(200)
      expect((await alice.get(`${URL}?q=made`).expect(200)).body.robots).toMatchObject([
        { name: 'alice+made', token: made },
      ])
      const second = await old.regenerate('r0')
      expect([await logIn(all, 'r0', first), await logIn(all, 'r0', second)]).toEqual([401, 200])
      await old.reseal('r0')
      expect(await logIn(all, 'r0', second)).toBe(200)
      expect((await alice.get(`${URL}/r0`)).body.token).toBe(second)

      // What is written here is good there.
      const { token: third } = (await alice.post(`${URL}/r0/regenerate`).expect(201)).body
      expect([await old.letsIn('r0', second), await old.letsIn('r0', third)]).toEqual([false, true])
      const { token: mine } = (await alice.put(`${URL}/mine`).expect(200)).body
      expect([await old.shown('mine'), await old.letsIn('mine', mine)]).toEqual([mine, true])
      const fourth = await old.regenerate('r0')
      expect([await logIn(all, 'r0', third), await logIn(all, 'r0', fourth)]).toEqual([401, 200])
    }),
)

test(
  `a secret with an end, of which they do not know, lets nobody in there (${engine.name})`,
  {
    timeout: 120_000,
  },
  () =>
    upgraded(1, async (all) => {
      const { old, stage, tokens } = all
      const [token = ''] = tokens.values()
      const setEnd = (expiresAt: Date | null) =>
        stage.db.robotSecret.updateMany({ data: { expiresAt } })
      await setEnd(new Date(Date.now() + 3_600_000))
      expect([await logIn(all, 'r0', token), await old.letsIn('r0', token)]).toEqual([200, false])
      expect(await old.shown('r0')).toBe(token)
      await old.reseal('r0')
      expect([await logIn(all, 'r0', token), await old.letsIn('r0', token)]).toEqual([200, false])
      await setEnd(null)
      expect(await old.letsIn('r0', token)).toBe(true)
    }),
)
