import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/client.ts'
import { giveDataRights } from '../../src/db/data-rights.ts'
import { migrate } from '../../src/db/migrate.ts'
import { basic } from '../helpers/api.ts'
import type { EmptyDatabase } from '../helpers/postgres.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { engine } from './engines.ts'

describe(engine.name, () => {
  const role = `quay-robots "service" ${randomUUID()}`
  const quoted = `"${role.replaceAll('"', '""')}"`
  let empty: EmptyDatabase
  let owners: Database
  /** Of the role; the embedded database has one session, which changes its role. */
  let servers: Database

  beforeEach(async () => {
    empty = await engine.createEmpty()
    owners = await openDatabase(empty.options)
    await owners.db.$executeRawUnsafe(`CREATE ROLE ${quoted}`)
  }, 60_000)

  afterEach(async () => {
    await owners.db.$executeRawUnsafe('RESET ROLE')
    if (servers !== owners) await servers.close()
    await owners.db.$executeRawUnsafe(`DROP OWNED BY ${quoted}`)
    await owners.db.$executeRawUnsafe(`DROP ROLE ${quoted}`)
    await owners.close()
    await empty.drop()
  })

  /** From now on `servers` acts as the role. */
  async function becomeServer() {
    const { databaseUrl } = empty.options
    if (databaseUrl === undefined) {
      servers = owners
      await owners.db.$executeRawUnsafe(`SET ROLE ${quoted}`)
      return
    }
    const url = new URL(databaseUrl)
    url.searchParams.set('options', `-c role=${role.replaceAll(/[ \\]/g, '\\$&')}`)
    servers = await openDatabase({ ...empty.options, databaseUrl: url.href })
  }

  test('a server may start that has rights on data only, and do all that it does', async () => {
    await migrate(owners)
    await giveDataRights(owners, role)
    await becomeServer()
    expect(await migrate(servers)).toEqual([])
    const database = { ...empty, database: servers, reset: () => Promise.reject() }
    const stage = await startStage({ database })
    try {
      await workWith(stage)
    } finally {
      await stage.close()
    }
  })

  test('such a server makes and changes no table, and forges no migration', async () => {
    await migrate(owners)
    await owners.db.$executeRawUnsafe('REVOKE CREATE ON SCHEMA public FROM PUBLIC')
    await giveDataRights(owners, role)
    await becomeServer()
    for (const sql of [
      'CREATE TABLE mine (a int)',
      'DROP TABLE robots',
      'ALTER TABLE robots DROP COLUMN name',
      'TRUNCATE audit_entries',
      'DELETE FROM _prisma_migrations',
      'UPDATE _prisma_migrations SET checksum = checksum',
    ]) {
      await expect(servers.db.$executeRawUnsafe(sql)).rejects.toThrow(
        /permission denied|must be owner/,
      )
    }
  })

  test('where a migration is missing such a server does not start, and says who can help', async () => {
    await becomeServer()
    await expect(migrate(servers)).rejects.toThrow(
      /^The database lacks 20261123000000_init, .+ migrate with --grant-to /,
    )
  })

  test('rights are given again after new migrations, and to roles that exist only', async () => {
    servers = owners
    await migrate(owners)
    await giveDataRights(owners, role)
    await giveDataRights(owners, role)
    await expect(giveDataRights(owners, 'nobody')).rejects.toThrow(
      'Cannot give rights to the role nobody: role "nobody" does not exist.',
    )
  })
})

/** Something of everything that changes data. */
async function workWith(stage: Stage) {
  await stage.people('alice')
  await stage.organization('acme')
  const api = await stage.client('alice', 'org:admin', 'user:admin', 'repo:create')
  const robot = await api.put('/api/v1/organization/acme/robots/ci', {}).expect(201)
  await api.put('/api/v1/organization/acme/team/makers', { role: 'creator' }).expect(200)
  await api.put('/api/v1/organization/acme/team/makers/members/acme+ci').expect(200)
  const push = await fetch(`${stage.url}/v2/auth?scope=repository:acme/app:push,pull`, {
    headers: basic('acme+ci', robot.body.token),
  })
  expect(push.status).toBe(200)
  await api.delete('/api/v1/organization/acme/robots/ci').expect(204)
  await stage.services.keyRotation.rotate({})
  await api.delete('/api/v1/organization/acme').expect(204)
}
